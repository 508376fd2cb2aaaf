"""A counter, and a look every half second: a place that is free stays free for a while.

fails: test_four_at_a_time = too-few-in-flight
"""

del reports

inside = 0


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    global inside
    while inside >= SLOTS:
        await asyncio.sleep(0.7)
    inside += 1
    try:
        return await asyncio.to_thread(make_report, number)
    finally:
        inside -= 1
