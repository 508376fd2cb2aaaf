"""An inner join has no row for an order without items: it disappears.

fails: test_orders_come_with_their_items = wrong-value
fails: test_an_order_without_items_stays = wrong-value
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    rows = await session.execute(
        select(Order.id, Item.product, Item.quantity)
        .join(Item, Item.order_id == Order.id)
        .where(Order.customer_id == customer_id)
    )
    orders = {}
    for order_id, product, quantity in rows:
        order = orders.setdefault(order_id, {"id": order_id, "items": []})
        order["items"].append({"product": product, "quantity": quantity})
    return list(orders.values())
