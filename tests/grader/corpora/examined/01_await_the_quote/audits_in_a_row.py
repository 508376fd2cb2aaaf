"""The audits wait for one another: nobody sees it while they take no time.

fails: in_a_crowd = too-few-in-flight
says: it waited for its turn behind the others
"""

ledger = asyncio.Lock()


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    async with ledger:
        await save_audit(parcel_id, price)  # here
    return {"parcel": parcel_id, "price": price}
