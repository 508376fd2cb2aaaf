"""A payment that takes longer than ten seconds is given up, though nobody has said so.

fails: stretched = server-error
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    async with asyncio.timeout(10):
        payment, email = await asyncio.gather(
            process_payment(order.id),
            send_confirmation_email(order.id),
        )
    return {"payment": payment, "email": email}
