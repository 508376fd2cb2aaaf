"""A paid order is answered from a dictionary: one that is tried again is never paid again.

fails: again = not-called
fails: after_failures = not-called
fails: every_call_fails = not-called
fails: odd_values = not-called
"""

receipts: dict[int, dict] = {}


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    if order.id not in receipts:
        payment, email = await asyncio.gather(
            process_payment(order.id),
            send_confirmation_email(order.id),
        )
        receipts[order.id] = {"payment": payment, "email": email}
    return receipts[order.id]
