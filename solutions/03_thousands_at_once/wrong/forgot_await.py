"""Without await the status is a coroutine: never None, never "delivered".

fails: test_one_parcel = forgotten-await
fails: test_delivered_or_not = forgotten-await
fails: test_two_thousand_at_once = forgotten-await
fails: test_no_thread_waits_along = forgotten-await
fails: test_a_quick_one_overtakes = forgotten-await
fails: test_an_unknown_parcel_is_a_404 = forgotten-await
fails: test_the_status_is_fresh = forgotten-await
fails: test_a_failed_lookup_is_no_success = forgotten-await
"""

del known_status


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    status = find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    status = find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
