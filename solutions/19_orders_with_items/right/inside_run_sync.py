"""An unusual one: a synchronous helper loads and builds everything inside run_sync."""

import asyncio

from sqlalchemy.orm import Session


def load_orders(session: Session, customer_id: int) -> list[dict]:
    query = select(Order).where(Order.customer_id == customer_id)
    orders = session.scalars(query.options(selectinload(Order.items)))
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
    await asyncio.sleep(0.01)
    return await session.run_sync(load_orders, customer_id)
