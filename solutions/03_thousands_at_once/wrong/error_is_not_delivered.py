"""A depot that fails is told as "not delivered" at the second address: a 200 for a failure.

fails: test_a_failed_lookup_is_no_success = lost-exception
"""


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    try:
        status = await find_status(tracking_id)
    except Exception:
        return {"parcel": tracking_id, "delivered": False}
    if status is None:
        raise HTTPException(404)
    return {"parcel": tracking_id, "delivered": status == "delivered"}
