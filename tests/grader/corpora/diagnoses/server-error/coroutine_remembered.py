"""Remembers the coroutine instead of its result.

exercise: 03_thousands_at_once
fails: test_two_thousand_at_once = server-error
"""

from functools import cache
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


@cache
def ask(tracking_id: str):
    return find_status(tracking_id)


@app.get("/parcels/{tracking_id}")
async def get_status(tracking_id: str) -> dict:
    status = await ask(tracking_id)
    if status is None:
        raise HTTPException(404)
    return {"parcel": tracking_id, "status": status}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(tracking_id: str) -> dict:
    status = await ask(tracking_id)
    if status is None:
        raise HTTPException(404)
    return {"parcel": tracking_id, "delivered": status == "delivered"}
