"""A parcel that costs nothing is no parcel that nobody carries.

fails: odd_values = wrong-status
says: fetch_quote gives 0.0
says: returned 0.0, which counts as false in `not price`
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    price = await fetch_quote(parcel_id)
    if not price:  # here
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
