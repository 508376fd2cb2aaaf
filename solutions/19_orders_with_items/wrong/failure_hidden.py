"""A failed query is answered with an empty list, as if there were no orders.

fails: test_a_failing_query_is_no_empty_list = lost-exception
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    query = select(Order).where(Order.customer_id == customer_id)
    try:
        orders = (await session.scalars(query.options(selectinload(Order.items)))).all()
    except Exception:
        orders = []
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
