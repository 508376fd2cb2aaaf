"""A dependency that gives the order itself: its session is closed before the endpoint begins."""


async def order_of(order_id: int) -> Order:
    async with SessionFactory() as session:
        order = await session.get(Order, order_id)
    if order is None:
        raise HTTPException(404, "There is no such order.")
    return order


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int, order: Order = Depends(order_of)) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    price = order.amount * await get_rate(order.currency)
    async with SessionFactory() as session:
        session.add(Quote(order_id=order_id, price=price))
        await session.commit()
    return {"order": order_id, "price": price}
