"""An unusual one: orders and items are asked for side by side, each with a session of its own."""

import asyncio


async def rows(query):
    async with SessionFactory() as session:
        return (await session.execute(query)).all()


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    orders, items = await asyncio.gather(
        rows(select(Order.id).where(Order.customer_id == customer_id)),
        rows(
            select(Item.order_id, Item.product, Item.quantity)
            .join(Order, Order.id == Item.order_id)
            .where(Order.customer_id == customer_id)
        ),
    )
    return [
        {
            "id": order_id,
            "items": [
                {"product": product, "quantity": quantity}
                for owner, product, quantity in items
                if owner == order_id
            ],
        }
        for (order_id,) in orders
    ]
