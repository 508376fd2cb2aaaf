"""Each request makes a limiter of its own: nobody ever meets another one there.

fails: test_four_at_a_time = too-many-in-flight
"""

del reports


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    limiter = anyio.CapacityLimiter(SLOTS)
    return await anyio.to_thread.run_sync(make_report, number, limiter=limiter)
