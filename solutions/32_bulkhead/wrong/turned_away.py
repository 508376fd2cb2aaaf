"""Who finds no free place is turned away, though everybody is to get a report.

fails: test_four_at_a_time = wrong-status
"""

from fastapi import HTTPException

reports = asyncio.Semaphore(SLOTS)


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    if reports.locked():
        raise HTTPException(503, "full")
    async with reports:
        return await asyncio.to_thread(make_report, number)
