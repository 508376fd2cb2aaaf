"""The e-mails stand in a row, and the last one waits for all the others.

fails: in_a_crowd = too-few-in-flight
says: which was to call it, began at
"""

post = asyncio.Lock()


async def write(order_id: int) -> None:
    async with post:
        await send_confirmation_email(order_id)


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(write, order.id)  # here
    return {"payment": payment}
