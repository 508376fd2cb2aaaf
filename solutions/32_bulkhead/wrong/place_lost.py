"""A report that fails keeps its place.

fails: test_a_report_that_fails_gives_its_place_back = slot-leak
"""

reports = asyncio.Semaphore(SLOTS)


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    await reports.acquire()
    made = await asyncio.to_thread(make_report, number)
    reports.release()
    return made
