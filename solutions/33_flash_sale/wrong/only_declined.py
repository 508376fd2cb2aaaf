"""The piece comes back when the bank declines, and after no other failure.

fails: test_a_payment_that_fails = wrong-value
fails: test_an_order_that_is_cancelled = wrong-value
"""


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    if not await change(item, -1):
        raise HTTPException(409)
    try:
        await charge(item)
    except DeclinedError:
        await change(item, +1)
        raise HTTPException(402) from None
    tell({"sold": item})
    return {"item": item}
