"""A failed audit leaves before the lock is given back.

fails: again = deadlock
says: took it by hand, and when what follows fails, nobody gives it back
"""

ledger = asyncio.Lock()


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await ledger.acquire()  # here
    await save_audit(parcel_id, price)
    ledger.release()
    return {"parcel": parcel_id, "price": price}
