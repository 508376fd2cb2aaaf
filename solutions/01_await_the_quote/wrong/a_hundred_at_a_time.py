"""A hundred quotes at a time: the tests ask for fifty, and a busy day for more.

fails: in_a_crowd = too-few-in-flight
"""

places = asyncio.Semaphore(100)


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    async with places:
        price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
