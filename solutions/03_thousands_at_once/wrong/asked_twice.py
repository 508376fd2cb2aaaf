"""The depot is asked once for the check and once more for the answer.

fails: test_one_parcel = one-after-another
fails: test_delivered_or_not = one-after-another
fails: test_two_thousand_at_once = one-after-another
fails: test_no_thread_waits_along = called-too-often
fails: test_a_quick_one_overtakes = one-after-another
"""

del known_status


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    if await find_status(tracking_id) is None:
        raise HTTPException(404, "no such parcel")
    status = await find_status(tracking_id)
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    if await find_status(tracking_id) is None:
        raise HTTPException(404, "no such parcel")
    status = await find_status(tracking_id)
    return {"parcel": tracking_id, "delivered": status == "delivered"}
