"""The price is fetched and answered, and nobody stores the audit.

fails: test_the_audit_is_stored_before_the_answer = too-early
fails: test_fifty_customers_at_once = not-called
fails: test_nothing_is_left_unawaited = not-called
fails: test_no_price_is_a_404 = not-called
fails: test_a_failed_audit_is_no_success = lost-exception
fails: test_a_failed_quote_is_no_success = not-called
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    return {"parcel": parcel_id, "price": price}
