"""The query ends after a hundred orders: a good customer's others are missing.

fails: test_orders_come_with_their_items = wrong-value
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    orders = await session.scalars(
        select(Order)
        .where(Order.customer_id == customer_id)
        .options(selectinload(Order.items))
        .limit(100)
    )
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
