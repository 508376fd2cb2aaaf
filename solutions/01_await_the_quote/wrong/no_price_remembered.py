"""Where no courier goes today, none is asked tomorrow: the parcel stays a 404 for ever.

fails: test_no_price_is_a_404 = wrong-status
"""

nowhere: set[int] = set()


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = None if parcel_id in nowhere else await fetch_quote(parcel_id)
    if price is None:
        nowhere.add(parcel_id)
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
