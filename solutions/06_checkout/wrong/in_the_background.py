"""A background task runs after the response, so its result can never be in it.

fails: test_payment_and_email_overlap = fire-and-forget
fails: test_the_longer_one_decides = fire-and-forget
fails: test_the_answer_has_both_results = fire-and-forget
fails: test_each_is_called_once_for_this_order = fire-and-forget
fails: test_ten_customers_at_once = fire-and-forget
fails: test_a_failed_payment_is_no_success = lost-exception
"""

from fastapi import BackgroundTasks


@app.post("/checkout")
async def checkout(order: Order, tasks: BackgroundTasks) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    tasks.add_task(process_payment, order.id)
    tasks.add_task(send_confirmation_email, order.id)
    return {
        "payment": {"order": order.id, "status": "paid"},
        "email": {"email_sent": True},
    }
