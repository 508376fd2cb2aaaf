"""The quote is added and never committed: closing the session forgets it.

fails: test_a_quote = wrong-value
"""


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    async with SessionFactory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            raise HTTPException(404, "There is no such order.")
    price = order.amount * await get_rate(order.currency)
    async with SessionFactory() as session:
        session.add(Quote(order_id=order_id, price=price))
        await session.flush()
    return {"order": order_id, "price": price}
