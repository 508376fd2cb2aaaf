"""The relationship itself says how its rows are loaded, for every query there will be."""


class Order(Base):
    """A row of the table `orders`; `items` are the rows that belong to it. Given."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(index=True)
    items: Mapped[list["Item"]] = relationship(lazy="selectin")


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    result = await session.execute(select(Order).where(Order.customer_id == customer_id))
    orders = result.scalars().all()
    return [
        {
            "id": order.id,
            "items": [{"product": item.product, "quantity": item.quantity} for item in order.items],
        }
        for order in orders
    ]
