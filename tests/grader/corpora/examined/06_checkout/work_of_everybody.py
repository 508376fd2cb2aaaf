"""A payment that fails ends the work of whoever is there.

fails: after_failures = wrong-value
says: None of their own calls failed
says: changes `at_work`, which the whole app shares
"""

at_work: list[asyncio.Task] = []


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    own = [
        asyncio.create_task(process_payment(order.id)),
        asyncio.create_task(send_confirmation_email(order.id)),
    ]
    at_work.extend(own)  # here
    try:
        payment, email = await asyncio.gather(*own)
    except Exception:
        for task in at_work:
            task.cancel()
        raise
    finally:
        for task in own:
            at_work.remove(task)
    return {"payment": payment, "email": email}
