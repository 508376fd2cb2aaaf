"""A closed session has given its connection back, and can be used again."""


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int, session: AsyncSession = Depends(get_session)) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    order = await session.get(Order, order_id)
    if order is None:
        raise HTTPException(404, "There is no such order.")
    await session.close()
    price = order.amount * await get_rate(order.currency)
    session.add(Quote(order_id=order_id, price=price))
    await session.commit()
    return {"order": order_id, "price": price}
