"""A cancellation is no Exception: who is cut off while paying keeps the piece.

fails: test_an_order_that_is_cancelled = wrong-value
"""


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    if not await change(item, -1):
        raise HTTPException(409)
    try:
        await charge(item)
    except Exception as error:
        await change(item, +1)
        if isinstance(error, DeclinedError):
            raise HTTPException(402) from None
        raise
    tell({"sold": item})
    return {"item": item}
