"""A join repeats an order for each of its items, and drops those without any.

fails: test_orders_come_with_their_items = wrong-value
fails: test_five_orders_take_two_queries = wrong-value
fails: test_twelve_orders_take_no_longer = wrong-value
fails: test_five_customers_at_once = wrong-value
fails: test_an_order_without_items_stays = wrong-value
fails: test_a_failing_query_is_no_empty_list = wrong-value
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    query = select(Order).join(Order.items).where(Order.customer_id == customer_id)
    orders = (await session.scalars(query.options(selectinload(Order.items)))).all()
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
