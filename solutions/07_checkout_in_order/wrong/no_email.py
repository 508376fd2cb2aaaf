"""The customer pays and never hears of it.

fails: test_the_email_follows = not-called
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
    return {"payment": payment}
