"""A courier that fails is asked once more.

fails: after_failures = called-too-often
says: failed, and was called again in the same request
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    for last in (False, True):
        try:
            price = await fetch_quote(parcel_id)  # here
            break
        except Exception:
            if last:
                raise
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
