"""Orders and items are read side by side, each in a session of its own, in a TaskGroup."""

import asyncio


async def scalars(query) -> list:
    async with SessionFactory() as session:
        return list(await session.scalars(query))


@app.get("/customers/{customer_id}/orders")
async def read_orders(customer_id: int) -> list[dict]:
    mine = Order.customer_id == customer_id
    async with asyncio.TaskGroup() as group:
        ids = group.create_task(scalars(select(Order.id).where(mine)))
        items = group.create_task(scalars(select(Item).join(Order).where(mine)))
    found: dict[int, list[dict]] = {id: [] for id in sorted(ids.result())}
    for item in items.result():
        found.setdefault(item.order_id, []).append(
            {"product": item.product, "quantity": item.quantity}
        )
    return [dict(id=id, items=of_it) for id, of_it in found.items()]
