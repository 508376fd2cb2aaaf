"""A place is given back below the payment: each one that fails loses it for ever.

fails: every_call_fails = slot-leak
fails: after_failures = slot-leak
fails: in_a_crowd = too-few-in-flight
"""

places = asyncio.Semaphore(60)


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    await places.acquire()
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    places.release()
    return {"payment": payment, "email": email}
