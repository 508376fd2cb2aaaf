"""Everything at once: the customer pays and gets an e-mail before anybody has checked.

fails: test_both_checks_then_the_payment = too-early
fails: test_the_slower_check_decides = too-early
fails: test_the_response_does_not_wait_for_the_email = too-early
fails: test_a_declined_payment_sends_no_email = called-too-often
fails: test_a_bad_order_is_never_paid = called-too-often
fails: test_the_email_follows = server-error
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted, payment, email = await asyncio.gather(
        is_in_stock(order.id),
        is_trusted(order.id),
        take_payment(order.id),
        send_confirmation_email(order.id),
    )
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    return {"payment": payment}
