"""The next order cancels the e-mail of the one before.

fails: in_a_crowd = not-called
says: was cancelled before it began
says: newest.cancel(), cancels such a task
"""

newest: asyncio.Task | None = None


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    global newest
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    if newest is not None:
        newest.cancel()  # here
    newest = asyncio.create_task(send_confirmation_email(order.id))
    return {"payment": payment}
