"""The cache holds coroutines, and hands each out a second time.

fails: test_no_price_is_a_404 = server-error
says: keeps what the function below it gives
"""

from functools import cache


@cache  # here
async def courier(parcel_id: int) -> float | None:
    return await fetch_quote(parcel_id)


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    price = await courier(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
