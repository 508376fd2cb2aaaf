"""An order is read once and kept: who asks again gets the price of its old amount.

fails: test_a_quote = wrong-value
"""

known: dict[int, Order] = {}


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    if order_id not in known:
        async with SessionFactory() as session:
            order = await session.get(Order, order_id)
            if order is None:
                raise HTTPException(404, "There is no such order.")
            known[order_id] = order
    price = known[order_id].amount * await get_rate(known[order_id].currency)
    async with SessionFactory() as session:
        session.add(Quote(order_id=order_id, price=price))
        await session.commit()
    return {"order": order_id, "price": price}
