"""The e-mail's task is made in `finally`: it goes out also when the payment raises, and after a
402.

fails: test_a_declined_payment_sends_no_email = called-too-often
"""

kept: set[asyncio.Task] = set()


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    stock, trust = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (stock and trust):
        raise HTTPException(409)
    status = "paid"
    try:
        payment = await take_payment(order.id)
        status = payment["status"]
    finally:
        if status == "paid":
            task = asyncio.create_task(send_confirmation_email(order.id))
            kept.add(task)
            task.add_done_callback(kept.discard)
    if status != "paid":
        raise HTTPException(402)
    return {"payment": payment}
