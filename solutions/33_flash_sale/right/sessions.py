"""A session for the taking, another one for the giving back; the failures one by one."""


async def change(item: str, by: int) -> bool:
    async with SessionFactory.begin() as session:
        enough = update(Item).where(Item.name == item, Item.pieces >= -by)
        done = await session.execute(enough.values(pieces=Item.pieces + by))
    return bool(done.rowcount)


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    if not await change(item, -1):
        raise HTTPException(409)
    is_paid = False
    try:
        await charge(item)
        is_paid = True
    except DeclinedError:
        raise HTTPException(402) from None
    finally:
        if not is_paid:
            await change(item, +1)
    tell({"sold": item})
    return {"item": item}
