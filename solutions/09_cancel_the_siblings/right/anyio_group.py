"""anyio's task group, whose tasks write into one dictionary."""

import anyio


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    booked: dict[str, dict] = {}

    async def keep(key, book):
        booked[key] = await book(trip)

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(keep, "flight", book_flight)
            group.start_soon(keep, "hotel", book_hotel)
            group.start_soon(keep, "car", book_car)
    except* Unavailable:
        raise HTTPException(409, "This trip cannot be had.")
    return {key: booked[key] for key in ("flight", "hotel", "car")}
