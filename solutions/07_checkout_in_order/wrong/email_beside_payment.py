"""The e-mail goes out while the payment is still being taken.

fails: test_a_declined_payment_sends_no_email = called-too-often
fails: test_the_email_follows = server-error
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment, _ = await asyncio.gather(take_payment(order.id), send_confirmation_email(order.id))
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    return {"payment": payment}
