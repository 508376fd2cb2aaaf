"""joinedload fetches orders and items in one query; unique() folds the repeated orders."""

from sqlalchemy.orm import joinedload


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    query = select(Order).where(Order.customer_id == customer_id).options(joinedload(Order.items))
    orders = (await session.execute(query)).unique().scalars().all()
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
