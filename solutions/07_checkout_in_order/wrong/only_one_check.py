"""An order passes when either check says yes; both have to.

fails: test_a_bad_order_is_never_paid = wrong-status
"""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    verdicts = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not any(verdicts):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}
