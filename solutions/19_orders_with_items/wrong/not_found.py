"""A customer without orders is told that there is no such page.

fails: test_a_customer_without_orders = wrong-status
"""

from fastapi import HTTPException


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    orders = (
        await session.scalars(
            select(Order).where(Order.customer_id == customer_id).options(selectinload(Order.items))
        )
    ).all()
    if not orders:
        raise HTTPException(404, "no orders")
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
