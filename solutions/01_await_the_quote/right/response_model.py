"""An unusual one: a response model, keyword arguments, and a short sleep that does no harm."""

import asyncio

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()

audit_log: list[tuple[int, float]] = []


async def fetch_quote(parcel_id: int) -> float | None:
    """The courier's price in euros, None where no courier goes: takes 0.4 s.

    Given; leave it as it is.
    """
    await asyncio.sleep(0.4)
    return None if parcel_id < 100 else 12.5


async def save_audit(parcel_id: int, price: float) -> None:
    """Store one line of the audit: takes no time worth measuring.

    Given; leave it as it is.
    """
    await asyncio.sleep(0)
    audit_log.append((parcel_id, price))


class Quote(BaseModel):
    parcel: int
    price: float


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> Quote:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    await asyncio.sleep(0.01)
    match await asyncio.wait_for(fetch_quote(parcel_id=parcel_id), timeout=30):
        case None:
            raise HTTPException(status_code=404)
        case price:
            await save_audit(price=price, parcel_id=parcel_id)
            return Quote(parcel=parcel_id, price=price)
