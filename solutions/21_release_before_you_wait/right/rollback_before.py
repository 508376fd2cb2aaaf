"""A rollback ends the transaction as well; it expires what was read, so that goes into names first."""


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    async with SessionFactory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            raise HTTPException(404, "There is no such order.")
        amount, currency = order.amount, order.currency
        await session.rollback()
        price = amount * await get_rate(currency)
        session.add(Quote(order_id=order_id, price=price))
        await session.commit()
    return {"order": order_id, "price": price}
