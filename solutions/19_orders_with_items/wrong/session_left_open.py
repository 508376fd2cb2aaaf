"""A second session beside the dependency's, which nobody closes.

fails: test_a_failing_query_is_no_empty_list = still-running
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    own = SessionFactory()
    query = select(Order).where(Order.customer_id == customer_id)
    orders = (await own.scalars(query.options(selectinload(Order.items)))).all()
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
