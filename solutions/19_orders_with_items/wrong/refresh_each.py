"""refresh asks the database again for each order: five orders take eleven queries.

fails: test_five_orders_take_two_queries = called-too-often
fails: test_twelve_orders_take_no_longer = called-too-often
fails: test_five_customers_at_once = called-too-often
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    result = await session.execute(select(Order).where(Order.customer_id == customer_id))
    orders = result.scalars().all()
    for order in orders:
        await session.refresh(order, ["items"])
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
