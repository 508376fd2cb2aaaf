"""joinedload repeats the order in every row: SQLAlchemy insists on unique().

fails: test_orders_come_with_their_items = server-error
fails: test_five_orders_take_two_queries = server-error
fails: test_twelve_orders_take_no_longer = server-error
fails: test_five_customers_at_once = server-error
fails: test_an_order_without_items_stays = server-error
fails: test_a_failing_query_is_no_empty_list = server-error
"""

from sqlalchemy.orm import joinedload


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    query = select(Order).where(Order.customer_id == customer_id).options(joinedload(Order.items))
    orders = (await session.scalars(query)).all()
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
