"""run_sync lets the attribute load by itself, once for each order: it only hides the queries.

fails: test_five_orders_take_two_queries = called-too-often
fails: test_twelve_orders_take_no_longer = called-too-often
fails: test_five_customers_at_once = called-too-often
"""

from sqlalchemy.orm import Session


def load_orders(session: Session, customer_id: int) -> list[dict]:
    orders = session.scalars(select(Order).where(Order.customer_id == customer_id)).all()
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    return await session.run_sync(load_orders, customer_id)
