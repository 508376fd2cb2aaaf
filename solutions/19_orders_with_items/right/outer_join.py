"""One outer join by hand: its rows without an item are the orders that have none."""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    rows = await session.execute(
        select(Order.id, Item.product, Item.quantity)
        .outerjoin(Item, Item.order_id == Order.id)
        .where(Order.customer_id == customer_id)
        .order_by(Order.id, Item.id)
    )
    orders = {}
    for order_id, product, quantity in rows:
        order = orders.setdefault(order_id, {"id": order_id, "items": []})
        if product is not None:
            order["items"].append({"product": product, "quantity": quantity})
    return list(orders.values())
