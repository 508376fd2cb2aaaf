"""A task group around a single task: more than is needed here, and right."""

del known_status


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    async with asyncio.TaskGroup() as group:
        lookup = group.create_task(find_status(tracking_id))
    status = lookup.result()
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    async with asyncio.TaskGroup() as group:
        lookup = group.create_task(find_status(tracking_id))
    status = lookup.result()
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
