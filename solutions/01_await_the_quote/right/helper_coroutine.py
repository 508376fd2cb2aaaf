"""A helper coroutine does the work; it must be awaited just as well."""


async def audited_price(parcel_id: int) -> float | None:
    price = await fetch_quote(parcel_id)
    if price is not None:
        await save_audit(parcel_id, price)
    return price


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = await audited_price(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    return {"parcel": parcel_id, "price": price}
