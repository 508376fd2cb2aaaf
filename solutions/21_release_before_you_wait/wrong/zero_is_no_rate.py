"""A rate of 0 is taken for a bank that has none: a 502.

fails: test_a_quote = wrong-status
"""


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    async with SessionFactory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            raise HTTPException(404, "There is no such order.")
    rate = await get_rate(order.currency)
    if not rate:
        raise HTTPException(502, "The bank has no rate.")
    price = order.amount * rate
    async with SessionFactory() as session:
        session.add(Quote(order_id=order_id, price=price))
        await session.commit()
    return {"order": order_id, "price": price}
