"""An item whose product is an empty text is left out: `if product` stands for "there is an item".

fails: test_orders_come_with_their_items = wrong-value
fails: test_five_orders_take_two_queries = wrong-value
fails: test_twelve_orders_take_no_longer = wrong-value
fails: test_five_customers_at_once = wrong-value
"""


@app.get("/customers/{customer_id}/orders")
async def read_orders(customer_id: int, session: AsyncSession = Depends(get_async_db)) -> list[dict]:
    query = (
        select(Order.id, Item.product, Item.quantity)
        .outerjoin(Item, Item.order_id == Order.id)
        .where(Order.customer_id == customer_id)
    )
    found: dict[int, list] = {}
    for number, product, quantity in await session.execute(query):
        items = found.setdefault(number, [])
        if product:
            items.append({"product": product, "quantity": quantity})
    return [{"id": number, "items": items} for number, items in found.items()]
