"""The results are told apart by a key: what else is returned may have other keys, or the same.

fails: test_the_answer_has_both_results = wrong-value
fails: test_ten_customers_at_once = wrong-value
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment = email = None
    both = [process_payment(order.id), send_confirmation_email(order.id)]
    for done in asyncio.as_completed(both):
        result = await done
        if "email_sent" in result:
            email = result
        else:
            payment = result
    return {"payment": payment, "email": email}
