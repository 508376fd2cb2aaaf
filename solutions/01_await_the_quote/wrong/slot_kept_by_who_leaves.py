"""A place is given back in `except Exception` and at the end: who leaves keeps theirs.

fails: after_failures = slot-leak
"""

places = asyncio.Semaphore(300)


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    await places.acquire()
    try:
        price = await fetch_quote(parcel_id)
        if price is None:
            raise HTTPException(404)
        await save_audit(parcel_id, price)
    except Exception:
        places.release()
        raise
    places.release()
    return {"parcel": parcel_id, "price": price}
