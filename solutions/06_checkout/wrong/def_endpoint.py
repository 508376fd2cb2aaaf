"""A plain `def` with asyncio.run is right for one customer; the others wait for forty threads.

fails: in_a_crowd = thread-pool-queue
drawn: threaded
"""


@app.post("/checkout")
def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""

    async def both() -> list:
        return await asyncio.gather(process_payment(order.id), send_confirmation_email(order.id))

    payment, email = asyncio.run(both())
    return {"payment": payment, "email": email}
