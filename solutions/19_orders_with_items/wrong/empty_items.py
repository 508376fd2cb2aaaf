"""The error is gone because nothing is loaded any more: every order is empty.

fails: test_orders_come_with_their_items = wrong-value
fails: test_five_orders_take_two_queries = wrong-value
fails: test_twelve_orders_take_no_longer = wrong-value
fails: test_five_customers_at_once = wrong-value
fails: test_an_order_without_items_stays = wrong-value
fails: test_a_failing_query_is_no_empty_list = lost-exception
"""


class Order(Base):
    """A row of the table `orders`; `items` are the rows that belong to it. Given."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(index=True)
    items: Mapped[list["Item"]] = relationship(lazy="noload")


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
