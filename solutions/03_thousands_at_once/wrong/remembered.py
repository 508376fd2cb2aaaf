"""The first status is remembered for ever: a parcel that moves on is never seen again.

fails: test_the_status_is_fresh = wrong-value
"""

del known_status

seen: dict[str, str | None] = {}


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    if tracking_id not in seen:
        seen[tracking_id] = await find_status(tracking_id)
    status = seen[tracking_id]
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    if tracking_id not in seen:
        seen[tracking_id] = await find_status(tracking_id)
    status = seen[tracking_id]
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
