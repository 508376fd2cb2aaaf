"""The response leaves before the payment, so it cannot know how the payment ended.

fails: test_the_response_does_not_wait_for_the_email = too-early
fails: test_the_answer_is_the_payment = wrong-value
fails: test_a_declined_payment_sends_no_email = wrong-status
fails: test_ten_orders_at_once = fire-and-forget
"""


async def pay_and_email(order_id: int) -> None:
    payment = await take_payment(order_id)
    if payment["status"] == "paid":
        await send_confirmation_email(order_id)


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    background.add_task(pay_and_email, order.id)
    return {"payment": {"order": order.id, "status": "paid"}}
