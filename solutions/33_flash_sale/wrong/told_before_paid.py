"""The watchers hear of a sale when the piece is taken, also when the payment fails then.

fails: test_watchers_hear_of_each_sale = wrong-value
"""


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    if not await change(item, -1):
        raise HTTPException(409)
    tell({"sold": item})
    try:
        await charge(item)
    except BaseException as error:
        await change(item, +1)
        if isinstance(error, DeclinedError):
            raise HTTPException(402) from None
        raise
    return {"item": item}
