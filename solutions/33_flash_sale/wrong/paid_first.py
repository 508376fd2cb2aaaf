"""Everybody pays, and then some hear that all are sold.

fails: test_an_order = too-slow
"""


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    try:
        await charge(item)
    except DeclinedError:
        raise HTTPException(402) from None
    if not await change(item, -1):
        raise HTTPException(409)
    tell({"sold": item})
    return {"item": item}
