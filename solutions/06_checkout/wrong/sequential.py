"""The second await begins when the first has ended: 1.5 s.

fails: test_payment_and_email_overlap = one-after-another
fails: test_the_longer_one_decides = one-after-another
fails: test_ten_customers_at_once = one-after-another
drawn: sequential
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment = await process_payment(order.id)
    email = await send_confirmation_email(order.id)
    return {"payment": payment, "email": email}
