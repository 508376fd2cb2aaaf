"""The exception group is caught as one, and asked what it holds."""

from fastapi.responses import JSONResponse


async def all_or_nothing(trip: int) -> list[dict]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(book(trip)) for book in (book_flight, book_hotel, book_car)]
    return [task.result() for task in tasks]


@app.exception_handler(ExceptionGroup)
async def explain(request, group):
    if group.subgroup(Unavailable) is None:
        raise group
    return JSONResponse({"detail": "This trip cannot be had."}, 409)


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    return dict(zip(("flight", "hotel", "car"), await all_or_nothing(trip)))
