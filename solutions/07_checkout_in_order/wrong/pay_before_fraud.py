"""The fraud check runs beside the payment: the money is taken before its answer is known.

fails: test_the_slower_check_decides = too-early
fails: test_a_bad_order_is_never_paid = called-too-often
"""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    if not await is_in_stock(order.id):
        raise HTTPException(409, "This order cannot be taken.")
    trusted, payment = await asyncio.gather(is_trusted(order.id), take_payment(order.id))
    if not trusted:
        raise HTTPException(409, "This order cannot be taken.")
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}
