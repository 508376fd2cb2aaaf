"""add_task gets a coroutine instead of a function and its argument: it cannot call it.

fails: test_the_email_follows = forgotten-await
"""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send_confirmation_email(order.id))
    return {"payment": payment}
