"""A lock lets one customer in at a time.

fails: test_five_customers_at_once = one-after-another
drawn: sequential
"""

import asyncio

one_at_a_time = asyncio.Lock()


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    query = select(Order).where(Order.customer_id == customer_id)
    async with one_at_a_time:
        orders = (await session.scalars(query.options(selectinload(Order.items)))).all()
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
