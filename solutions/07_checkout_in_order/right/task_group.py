"""A task group runs the checks; a set keeps the e-mail's task until it is done."""

emails: set[asyncio.Task] = set()


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    async with asyncio.TaskGroup() as group:
        stock = group.create_task(is_in_stock(order.id))
        trust = group.create_task(is_trusted(order.id))
    if not (stock.result() and trust.result()):
        raise HTTPException(status_code=409, detail="This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(status_code=402, detail="The payment was declined.")
    email = asyncio.create_task(send_confirmation_email(order.id))
    emails.add(email)
    email.add_done_callback(emails.discard)
    return {"payment": payment}
