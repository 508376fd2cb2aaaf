"""A broad except turns every failure into a price of the file's own.

fails: test_a_failed_audit_is_no_success = lost-exception
fails: test_a_failed_quote_is_no_success = lost-exception
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    try:
        price = await fetch_quote(parcel_id)
        if price is not None:
            await save_audit(parcel_id, price)
    except Exception:
        price = 12.5
    if price is None:
        raise HTTPException(404, "no courier goes there")
    return {"parcel": parcel_id, "price": price}
