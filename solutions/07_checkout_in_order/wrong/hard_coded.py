"""Sleeping for the right time is not the same as doing the work.

fails: test_both_checks_then_the_payment = not-called
fails: test_the_slower_check_decides = not-called
fails: test_the_response_does_not_wait_for_the_email = not-called
fails: test_the_answer_is_the_payment = not-called
fails: test_the_email_follows = not-called
fails: test_a_declined_payment_sends_no_email = wrong-status
fails: test_a_bad_order_is_never_paid = wrong-status
fails: test_ten_orders_at_once = too-slow
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    await asyncio.sleep(1.6)
    return {"payment": {"order": order.id, "status": "paid"}}
