"""The items are left out because the attribute raised an error.

fails: test_orders_come_with_their_items = wrong-value
fails: test_five_orders_take_two_queries = wrong-value
fails: test_twelve_orders_take_no_longer = wrong-value
fails: test_five_customers_at_once = wrong-value
fails: test_an_order_without_items_stays = wrong-value
fails: test_a_failing_query_is_no_empty_list = lost-exception
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    result = await session.execute(select(Order).where(Order.customer_id == customer_id))
    orders = result.scalars().all()
    answer = []
    for order in orders:
        try:
            items = [{"product": item.product, "quantity": item.quantity} for item in order.items]
        except Exception:
            items = []
        answer.append({"id": order.id, "items": items})
    return answer
