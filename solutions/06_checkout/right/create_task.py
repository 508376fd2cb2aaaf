"""One task runs in the background while the other call is awaited; then it is awaited too."""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    email = asyncio.create_task(send_confirmation_email(order.id))
    payment = await process_payment(order.id)
    return {"payment": payment, "email": await email}
