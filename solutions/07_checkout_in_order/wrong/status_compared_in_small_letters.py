"""The status is compared in small letters and stripped: "PAID " is taken for paid.

fails: test_a_declined_payment_sends_no_email = wrong-status
"""


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    stock, trust = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (stock and trust):
        raise HTTPException(409)
    payment = await take_payment(order.id)
    if payment["status"].strip().lower() != "paid":
        raise HTTPException(402)
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}
