"""`if not order.id` is meant for a missing number, and refuses the order with the number 0.

fails: odd_values = too-early
"""

from fastapi import HTTPException


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    if not order.id:
        raise HTTPException(422, "no number")
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}
