"""The id is stripped before the depot is asked, and the answer repeats the stripped one.

fails: test_one_parcel = wrong-status
"""


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    tracking_id = tracking_id.strip().replace(" ", "")
    status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404)
    return {"parcel": tracking_id, "status": status}
