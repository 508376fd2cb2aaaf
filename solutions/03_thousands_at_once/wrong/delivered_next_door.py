"""Whatever begins with "delivered" counts as delivered, also what a neighbour took.

fails: test_delivered_or_not = wrong-value
fails: test_two_thousand_at_once = wrong-value
fails: test_the_status_is_fresh = wrong-value
"""


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    status = await known_status(tracking_id)
    return {"parcel": tracking_id, "delivered": status.startswith("delivered")}
