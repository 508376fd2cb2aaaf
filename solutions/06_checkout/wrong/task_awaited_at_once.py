"""A task that is awaited at once is a plain await in two lines.

fails: test_payment_and_email_overlap = one-after-another
fails: test_the_longer_one_decides = one-after-another
fails: test_ten_customers_at_once = one-after-another
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment = await asyncio.create_task(process_payment(order.id))
    email = await asyncio.create_task(send_confirmation_email(order.id))
    return {"payment": payment, "email": email}
