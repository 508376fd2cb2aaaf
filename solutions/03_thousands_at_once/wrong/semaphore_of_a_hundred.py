"""A semaphore lets a hundred ask at a time: twenty rounds for two thousand.

fails: test_two_thousand_at_once = too-few-in-flight
"""

del known_status

a_hundred = asyncio.Semaphore(100)


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    async with a_hundred:
        status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    async with a_hundred:
        status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
