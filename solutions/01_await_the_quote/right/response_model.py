"""An unusual one: a response model, keyword arguments, and a short sleep that does no harm."""

from pydantic import BaseModel


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
