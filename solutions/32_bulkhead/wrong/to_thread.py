"""asyncio's threads instead of FastAPI's: 32 at once, and the prices wait for them.

fails: test_four_at_a_time = too-many-in-flight
fails: test_prices_do_not_wait = thread-pool-queue
"""

del reports


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return await asyncio.to_thread(make_report, number)
