"""anyio's task group, with a dictionary that the tasks fill."""

import anyio


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    results = {}

    async def keep(key, function):
        results[key] = await function(order.id)

    async with anyio.create_task_group() as group:
        group.start_soon(keep, "payment", process_payment)
        group.start_soon(keep, "email", send_confirmation_email)
    return {"payment": results["payment"], "email": results["email"]}
