"""A background task runs after the response: the price has left before its audit is stored.

fails: test_the_audit_is_stored_before_the_answer = fire-and-forget
fails: test_a_failed_audit_is_no_success = lost-exception
"""

from fastapi import BackgroundTasks


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int, background: BackgroundTasks) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    background.add_task(save_audit, parcel_id, price)
    return {"parcel": parcel_id, "price": price}
