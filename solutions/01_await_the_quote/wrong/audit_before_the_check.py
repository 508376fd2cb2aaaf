"""The audit is stored before the price is looked at: it lists quotes that were never given.

fails: test_no_price_is_a_404 = called-too-often
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = await fetch_quote(parcel_id)
    await save_audit(parcel_id, price)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    return {"parcel": parcel_id, "price": price}
