"""The results are taken as they come, so the first failure is met at once."""

from contextlib import asynccontextmanager


@asynccontextmanager
async def ended(tasks):
    """When the block is left, none of the tasks runs any more."""
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    jobs = [book_flight(trip), book_hotel(trip), book_car(trip)]
    async with ended([asyncio.ensure_future(job) for job in jobs]) as tasks:
        try:
            for task in asyncio.as_completed(tasks):
                await task
        except Unavailable:
            raise HTTPException(status_code=409)
        return {key: task.result() for key, task in zip(("flight", "hotel", "car"), tasks)}
