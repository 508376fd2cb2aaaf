"""Without await the status is a coroutine: never None, never "delivered".

fails: test_one_parcel = forgotten-await
fails: test_delivered_or_not = forgotten-await
fails: test_two_thousand_at_once = forgotten-await
fails: test_no_thread_waits_along = forgotten-await
fails: test_a_quick_one_overtakes = forgotten-await
fails: test_an_unknown_parcel_is_a_404 = forgotten-await
fails: test_the_status_is_fresh = forgotten-await
fails: test_a_failed_lookup_is_no_success = forgotten-await
"""

import asyncio
import time

from fastapi import FastAPI, HTTPException

app = FastAPI()

DEPOT = {"LDS-1": "at the depot", "LDS-2": "on its way", "LDS-3": "delivered"}


async def find_status(tracking_id: str) -> str | None:
    """The depot's database, async driver: await it for 1 s. Given; leave it as it is."""
    await asyncio.sleep(1)
    return DEPOT.get(tracking_id)


def find_status_blocking(tracking_id: str) -> str | None:
    """The old driver: the calling thread stands still for 1 s. Given; leave it as it is."""
    time.sleep(1)
    return DEPOT.get(tracking_id)


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    status = find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    status = find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return {"parcel": tracking_id, "delivered": status == "delivered"}
