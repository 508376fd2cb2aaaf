"""session.begin() around everything is one transaction, and one connection.

fails: test_six_at_once = held-over-io
fails: test_nothing_is_held_while_the_bank_answers = held-over-io
fails: test_a_page_that_only_reads = held-over-io
"""


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    async with SessionFactory() as session, session.begin():
        order = await session.get(Order, order_id)
        if order is None:
            raise HTTPException(404, "There is no such order.")
        price = order.amount * await get_rate(order.currency)
        session.add(Quote(order_id=order_id, price=price))
    return {"order": order_id, "price": price}
