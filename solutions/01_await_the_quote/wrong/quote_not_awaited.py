"""Without await the price is a coroutine, and never None.

fails: test_a_quote_takes_the_couriers_time = forgotten-await
fails: test_the_answer_is_the_couriers_price = forgotten-await
fails: test_the_audit_is_stored_before_the_answer = forgotten-await
fails: test_fifty_customers_at_once = forgotten-await
fails: test_nothing_is_left_unawaited = forgotten-await
fails: test_no_price_is_a_404 = forgotten-await
fails: test_a_failed_audit_is_no_success = forgotten-await
fails: test_a_failed_quote_is_no_success = forgotten-await
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
