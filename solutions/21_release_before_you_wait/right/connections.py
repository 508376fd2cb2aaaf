"""Without sessions: a connection for the reading, one for the writing."""

from sqlalchemy import insert, select


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    async with engine.connect() as connection:
        row = (await connection.execute(select(Order).where(Order.id == order_id))).one_or_none()
    if row is None:
        raise HTTPException(404, "There is no such order.")
    price = row.amount * await get_rate(row.currency)
    async with engine.begin() as connection:
        await connection.execute(insert(Quote).values(order_id=order_id, price=price))
    return {"order": order_id, "price": price}
