"""An async dependency: FastAPI awaits it before the endpoint runs."""

from typing import Annotated

from fastapi import Depends


async def price_of(parcel_id: int) -> float:
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return price


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int, price: Annotated[float, Depends(price_of)]) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    return {"parcel": parcel_id, "price": price}
