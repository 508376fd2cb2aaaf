"""The waiting is done by time.sleep, which stops the whole event loop.

fails: test_payment_and_email_overlap = blocked-loop
fails: test_the_longer_one_decides = blocked-loop
fails: test_ten_customers_at_once = blocked-loop
drawn: blocking
"""

import time


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    time.sleep(0.5)
    return {"payment": payment, "email": email}
