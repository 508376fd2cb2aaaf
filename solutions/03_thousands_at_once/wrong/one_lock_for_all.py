"""One lock around the lookup: one parcel at a time.

fails: test_two_thousand_at_once = one-after-another
fails: test_a_quick_one_overtakes = one-after-another
"""

del known_status

depot_lock = asyncio.Lock()


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    async with depot_lock:
        status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    async with depot_lock:
        status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
