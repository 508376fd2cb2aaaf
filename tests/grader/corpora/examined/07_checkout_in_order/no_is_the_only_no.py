"""Whatever is not `declined` counts as paid.

fails: test_a_declined_payment_sends_no_email = wrong-status
says: had returned {'
"""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] == "declined":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}  # here
