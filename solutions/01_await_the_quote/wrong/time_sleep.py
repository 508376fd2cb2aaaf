"""time.sleep does not wait for the task: it stops the loop that should run it.

fails: test_a_quote_takes_the_couriers_time = blocked-loop
fails: test_the_audit_is_stored_before_the_answer = blocked-loop
fails: test_fifty_customers_at_once = blocked-loop
drawn: blocking
"""

import time


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    quote = asyncio.create_task(fetch_quote(parcel_id))
    time.sleep(0.4)  # until the price is there
    price = await quote
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": price}
