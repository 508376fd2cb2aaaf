"""Two queries by hand: the orders, then the items of all of them, put together in Python."""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    orders = await session.execute(select(Order.id).where(Order.customer_id == customer_id))
    found = {order_id: [] for (order_id,) in orders}
    items = await session.scalars(select(Item).where(Item.order_id.in_(found)))
    for item in items:
        found[item.order_id].append({"product": item.product, "quantity": item.quantity})
    return [{"id": order_id, "items": items} for order_id, items in found.items()]
