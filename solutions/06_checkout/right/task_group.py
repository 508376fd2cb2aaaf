"""A task group: both tasks are done, or cancelled, when the block ends."""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    async with asyncio.TaskGroup() as group:
        payment = group.create_task(process_payment(order.id))
        email = group.create_task(send_confirmation_email(order.id))
    return {"payment": payment.result(), "email": email.result()}
