"""The e-mail's task is added before the payment's answer is looked at, so a 402 carries it too.

fails: test_a_declined_payment_sends_no_email = called-too-often
"""

from fastapi.responses import JSONResponse


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    payment = await take_payment(order.id)
    background.add_task(send_confirmation_email, order.id)
    if payment["status"] != "paid":
        return JSONResponse({"problem": "The payment was declined."}, status_code=402)
    return {"payment": payment}
