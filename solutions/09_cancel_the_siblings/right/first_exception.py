"""asyncio.wait returns at the first exception; the rest is cancelled by hand."""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = {
        "flight": asyncio.create_task(book_flight(trip)),
        "hotel": asyncio.create_task(book_hotel(trip)),
        "car": asyncio.create_task(book_car(trip)),
    }
    try:
        await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks.values():
            task.cancel()
        results = await asyncio.gather(*tasks.values(), return_exceptions=True)
    for result in results:
        if isinstance(result, Unavailable):
            raise HTTPException(409, "One of the three is gone.")
    for result in results:
        if isinstance(result, Exception):  # a CancelledError is none: that was our own doing
            raise result
    return dict(zip(tasks, results))
