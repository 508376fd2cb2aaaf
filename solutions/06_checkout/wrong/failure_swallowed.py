"""return_exceptions turns a failed payment into a value, and the response into a 200.

fails: test_a_failed_payment_is_no_success = lost-exception
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
        return_exceptions=True,
    )
    if isinstance(payment, Exception):
        payment = {"order": order.id, "status": "failed"}
    return {"payment": payment, "email": email}
