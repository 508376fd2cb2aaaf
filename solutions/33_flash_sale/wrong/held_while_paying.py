"""One transaction for taking and paying: the connection, and the lock, are held for a second.

fails: test_fifty_buyers_for_three_pieces = held-over-io
fails: test_nothing_is_held_while_somebody_pays = held-over-io
"""


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    enough = update(Item).where(Item.name == item, Item.pieces > 0)
    async with engine.begin() as connection:
        done = await connection.execute(enough.values(pieces=Item.pieces - 1))
        if not done.rowcount:
            raise HTTPException(409)
        try:
            await charge(item)
        except DeclinedError:
            raise HTTPException(402) from None
    tell({"sold": item})
    return {"item": item}


del change
