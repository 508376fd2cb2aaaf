"""A plain `def` that asks the loop from its thread: right for one, a queue for many.

fails: in_a_crowd = too-few-in-flight
drawn: threaded
"""

from anyio import from_thread


async def pay_and_send(order_id: int) -> tuple:
    return await asyncio.gather(process_payment(order_id), send_confirmation_email(order_id))


@app.post("/checkout")
def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment, email = from_thread.run(pay_and_send, order.id)
    return {"payment": payment, "email": email}
