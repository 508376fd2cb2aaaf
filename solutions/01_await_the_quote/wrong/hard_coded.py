"""It sleeps for the courier's time and names a price of its own.

fails: test_a_quote_takes_the_couriers_time = not-called
fails: test_the_answer_is_the_couriers_price = not-called
fails: test_the_audit_is_stored_before_the_answer = too-early
fails: test_fifty_customers_at_once = not-called
fails: test_nothing_is_left_unawaited = not-called
fails: test_no_price_is_a_404 = wrong-status
fails: test_a_failed_audit_is_no_success = lost-exception
fails: test_a_failed_quote_is_no_success = not-called
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    await asyncio.sleep(0.4)
    return {"parcel": parcel_id, "price": 12.5}
