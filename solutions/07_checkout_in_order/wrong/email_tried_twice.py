"""An e-mail that fails is sent again, although it may have left: each step is called once.

fails: test_the_email_follows = called-too-often
"""


async def send(order_id: int) -> None:
    try:
        await send_confirmation_email(order_id)
    except Exception:
        await send_confirmation_email(order_id)


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send, order.id)
    return {"payment": payment}
