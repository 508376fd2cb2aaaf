"""Only the parcels that have been delivered are left to do.

exercise: 03_thousands_at_once
fails: test_delivered_or_not = not-written
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


async def known_status(tracking_id: str) -> str:
    status = await find_status(tracking_id)
    if status is None:
        raise HTTPException(404, "no such parcel")
    return status


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    status = await known_status(tracking_id)
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    status = await known_status(tracking_id)
    if status != "delivered":
        return {"parcel": tracking_id, "delivered": False}
    raise NotImplementedError("to do: delivered parcels")
