"""A semaphore lets four at a time take one of asyncio's threads; the others wait without one."""

reports = asyncio.Semaphore(SLOTS)


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    async with reports:
        return await asyncio.to_thread(make_report, number)
