"""The results come in the order of gather's arguments, not in that of the keys.

fails: test_the_answer_has_both_results = wrong-value
fails: test_ten_customers_at_once = wrong-value
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    email, payment = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}
