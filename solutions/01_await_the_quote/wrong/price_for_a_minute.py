"""A price is good for a minute: who asks for the same parcel within it gets the kept one, and
nothing is written down.

fails: again = not-called
fails: every_call_fails = not-called
"""

import time

kept: dict[int, tuple[float, float]] = {}


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    when, price = kept.get(parcel_id, (float("-inf"), None))
    if time.monotonic() - when > 60:
        price = await fetch_quote(parcel_id)
        if price is None:
            raise HTTPException(404)
        await save_audit(parcel_id, price)
        kept[parcel_id] = time.monotonic(), price
    return {"parcel": parcel_id, "price": price}
