"""The longer check runs as a task while the shorter one is awaited."""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    stock = asyncio.create_task(is_in_stock(order.id))
    trusted = await is_trusted(order.id)
    in_stock = await stock
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}
