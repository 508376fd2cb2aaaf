"""A bare `except` takes a cancellation for a failure, and the request of who has gone goes on.

fails: someone_leaves = swallowed-cancel
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    while True:
        try:
            payment, email = await asyncio.gather(
                process_payment(order.id),
                send_confirmation_email(order.id),
            )
            return {"payment": payment, "email": email}
        except asyncio.CancelledError:
            continue
