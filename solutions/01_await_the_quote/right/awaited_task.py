"""Tasks that are awaited: more than is needed here, and right."""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    quote = asyncio.create_task(fetch_quote(parcel_id))
    price = await quote
    if price is None:
        raise HTTPException(404, "no courier goes there")
    audit = asyncio.create_task(save_audit(parcel_id, price))
    await audit
    return {"parcel": parcel_id, "price": price}
