"""Each endpoint awaits the async driver itself."""

del known_status


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
