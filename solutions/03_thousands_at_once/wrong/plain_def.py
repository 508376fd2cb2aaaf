"""A plain `def` runs on one of FastAPI's 40 threads: forty wait, the others queue.

fails: test_two_thousand_at_once = thread-pool-queue
fails: test_no_thread_waits_along = too-many-in-flight
fails: test_a_quick_one_overtakes = thread-pool-queue
drawn: threaded
"""

del known_status


@app.get("/parcels/{tracking_id}")
def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    status = find_status_blocking(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    status = find_status_blocking(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
