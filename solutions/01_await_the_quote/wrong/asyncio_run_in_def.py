"""A plain `def` with asyncio.run works, on a thread: forty at a time, and a new loop for each call.

fails: test_fifty_customers_at_once = thread-pool-queue
drawn: threaded
"""


@app.get("/quotes/{parcel_id}")
def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = asyncio.run(fetch_quote(parcel_id))
    if price is None:
        raise HTTPException(404, "no courier goes there")
    asyncio.run(save_audit(parcel_id, price))
    return {"parcel": parcel_id, "price": price}
