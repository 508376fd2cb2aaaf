"""A semaphore lets four at a time take one of FastAPI's threads."""

from fastapi.concurrency import run_in_threadpool

reports = asyncio.Semaphore(SLOTS)


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    async with reports:
        return await run_in_threadpool(make_report, number)
