"""asyncio.wait: it only waits; the results are read from the tasks."""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment = asyncio.create_task(process_payment(order.id))
    email = asyncio.create_task(send_confirmation_email(order.id))
    await asyncio.wait([payment, email])
    return {"payment": payment.result(), "email": email.result()}
