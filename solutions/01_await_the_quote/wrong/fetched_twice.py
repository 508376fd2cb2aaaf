"""The price is asked for once for the check and once more for the answer.

fails: test_a_quote_takes_the_couriers_time = one-after-another
fails: test_the_audit_is_stored_before_the_answer = one-after-another
fails: test_the_answer_is_the_couriers_price = called-too-often
fails: test_fifty_customers_at_once = one-after-another
fails: test_nothing_is_left_unawaited = called-too-often
fails: test_no_price_is_a_404 = called-too-often
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    if await fetch_quote(parcel_id) is None:
        raise HTTPException(404, "no courier goes there")
    price = await fetch_quote(parcel_id)
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
