"""Without await there is a coroutine: it has no rows to go through.

fails: test_orders_come_with_their_items = forgotten-await
fails: test_five_orders_take_two_queries = forgotten-await
fails: test_twelve_orders_take_no_longer = forgotten-await
fails: test_five_customers_at_once = forgotten-await
fails: test_a_customer_without_orders = forgotten-await
fails: test_an_order_without_items_stays = forgotten-await
fails: test_a_failing_query_is_no_empty_list = forgotten-await
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    orders = session.scalars(
        select(Order).where(Order.customer_id == customer_id).options(selectinload(Order.items))
    )
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
