"""Without await there is only a coroutine: nobody pays and nothing is sent.

fails: test_payment_and_email_overlap = forgotten-await
fails: test_the_longer_one_decides = forgotten-await
fails: test_the_answer_has_both_results = forgotten-await
fails: test_each_is_called_once_for_this_order = forgotten-await
fails: test_a_failed_payment_is_no_success = forgotten-await
fails: test_ten_customers_at_once = forgotten-await
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment = process_payment(order.id)
    email = send_confirmation_email(order.id)
    return {"payment": str(payment), "email": str(email)}
