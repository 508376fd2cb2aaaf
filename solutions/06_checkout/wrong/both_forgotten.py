"""Both tasks are started and none is awaited: the response promises what has not happened.

fails: test_payment_and_email_overlap = fire-and-forget
fails: test_the_longer_one_decides = fire-and-forget
fails: test_the_answer_has_both_results = fire-and-forget
fails: test_ten_customers_at_once = fire-and-forget
fails: test_a_failed_payment_is_no_success = lost-exception
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    asyncio.create_task(process_payment(order.id))
    asyncio.create_task(send_confirmation_email(order.id))
    return {
        "payment": {"order": order.id, "status": "paid"},
        "email": {"email_sent": True},
    }
