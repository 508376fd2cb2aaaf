"""What one visitor has asked for is what the next one gets.

fails: again = not-called
says: what your code had kept in `known`
"""

known: dict[int, dict] = {}


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    if parcel_id in known:
        return known[parcel_id]
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    known[parcel_id] = {"parcel": parcel_id, "price": price}  # here
    return known[parcel_id]
