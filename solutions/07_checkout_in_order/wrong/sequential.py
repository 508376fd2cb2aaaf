"""The checks run one after the other, though neither needs the other's answer.

fails: test_both_checks_then_the_payment = one-after-another
fails: test_the_slower_check_decides = one-after-another
fails: test_the_response_does_not_wait_for_the_email = one-after-another
drawn: sequential
"""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    trusted = await is_trusted(order.id)
    in_stock = await is_in_stock(order.id)
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}
