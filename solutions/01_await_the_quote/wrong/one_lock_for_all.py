"""One lock for all customers: each waits until the one before has its price.

fails: test_fifty_customers_at_once = one-after-another
"""

courier_lock = asyncio.Lock()


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    async with courier_lock:
        price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
