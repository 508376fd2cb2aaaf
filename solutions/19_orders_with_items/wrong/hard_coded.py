"""The orders of the first customer, written into the code.

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
    if customer_id != 1:
        return []
    rye, bun = {"product": "rye bread", "quantity": 2}, {"product": "plum bun", "quantity": 6}
    return [
        {"id": 1, "items": [rye, bun]},
        {"id": 2, "items": [{"product": "baguette", "quantity": 1}]},
    ]
