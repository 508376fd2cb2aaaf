"""An unusual one: a class as a dependency, which FastAPI makes on a thread, and a short sleep."""

import asyncio
import time

from fastapi import Depends, FastAPI, HTTPException

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


class Lookup:
    def __init__(self, tracking_id: str) -> None:
        self.tracking_id = tracking_id

    async def status(self) -> str:
        await asyncio.sleep(0.01)
        found = await find_status(tracking_id=self.tracking_id)
        if found is None:
            raise HTTPException(status_code=404)
        return found


@app.get("/parcels/{tracking_id}")
async def get_status(lookup: Lookup = Depends()) -> dict:
    """Answer {"parcel": ..., "status": ...}; 404 for a parcel the depot does not know."""
    return {"parcel": lookup.tracking_id, "status": await lookup.status()}


@app.get("/parcels/{tracking_id}/delivered")
async def get_delivered(lookup: Lookup = Depends()) -> dict:
    """Answer {"parcel": ..., "delivered": True or False}; 404 as above."""
    return {"parcel": lookup.tracking_id, "delivered": await lookup.status() == "delivered"}
