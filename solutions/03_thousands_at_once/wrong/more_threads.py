"""A pool of two hundred threads: each thread only stands and waits, and the queue is back.

fails: test_two_thousand_at_once = thread-pool-queue
fails: test_no_thread_waits_along = too-many-in-flight
"""

from concurrent.futures import ThreadPoolExecutor

del known_status

threads = ThreadPoolExecutor(200)


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    loop = asyncio.get_running_loop()
    status = await loop.run_in_executor(threads, find_status_blocking, tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    loop = asyncio.get_running_loop()
    status = await loop.run_in_executor(threads, find_status_blocking, tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
