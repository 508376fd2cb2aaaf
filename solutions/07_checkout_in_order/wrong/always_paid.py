"""Nobody looks at the answers of the checks or of the payment.

fails: test_a_declined_payment_sends_no_email = wrong-status
fails: test_a_bad_order_is_never_paid = wrong-status
"""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    payment = await take_payment(order.id)
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}
