"""Who leaves is cancelled, and that is answered with a 502.

fails: someone_leaves = swallowed-cancel
says: catches CancelledError as well, and raises something else in its place
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    try:
        price = await fetch_quote(parcel_id)
    except BaseException as error:  # here
        raise HTTPException(502, "the courier does not answer") from error
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
