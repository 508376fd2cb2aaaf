"""HTTPException("no courier", 404): arguments in the wrong order.

exercise: 01_await_the_quote
fails: test_no_price_is_a_404 = server-error
"""

import asyncio

from fastapi import FastAPI, HTTPException

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


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException("no courier", 404)
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
