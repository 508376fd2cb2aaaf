"""It sleeps for a second and looks into the example's own dictionary.

fails: test_one_parcel = wrong-status
fails: test_delivered_or_not = too-slow
fails: test_two_thousand_at_once = wrong-status
fails: test_no_thread_waits_along = wrong-status
fails: test_a_quick_one_overtakes = too-slow
fails: test_an_unknown_parcel_is_a_404 = wrong-status
fails: test_the_status_is_fresh = wrong-status
fails: test_a_failed_lookup_is_no_success = wrong-status
"""

del known_status


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    await asyncio.sleep(1)
    status = DEPOT.get(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    await asyncio.sleep(1)
    status = DEPOT.get(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
