"""The order is right, but the customer waits for the e-mail as well.

fails: test_the_response_does_not_wait_for_the_email = too-slow
fails: test_the_email_follows = server-error
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    await send_confirmation_email(order.id)
    return {"payment": payment}
