"""Who asks for the same parcel joins the lookup under way, and a visitor who leaves cancels it.

fails: someone_leaves = shared-cancel
says: This request was cancelled with the one that left
"""

flights: dict[str, asyncio.Task] = {}


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    status = await looked_up(tracking_id)
    if status is None:
        raise HTTPException(404)
    return {"parcel": tracking_id, "status": status}


async def looked_up(tracking_id: str) -> str | None:
    if tracking_id not in flights:
        flights[tracking_id] = asyncio.create_task(find_status(tracking_id))
        flights[tracking_id].add_done_callback(lambda _: flights.pop(tracking_id))
    return await flights[tracking_id]  # here
