"""A parcel that nobody knows is answered as if it were one, with null and a 200.

fails: test_an_unknown_parcel_is_a_404 = wrong-status
fails: test_the_status_is_fresh = wrong-status
"""

del known_status


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    status = await find_status(tracking_id)
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    status = await find_status(tracking_id)
    return {"parcel": tracking_id, "delivered": status == "delivered"}
