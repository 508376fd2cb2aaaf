"""One flag for all trips: once a trip has failed, the others hear that theirs has.

fails: test_ten_trips_at_once = wrong-status
"""

failed: list[Unavailable] = []


async def watched(booking):
    try:
        return await booking
    except Unavailable as error:
        failed.append(error)
        raise


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = [
        asyncio.create_task(watched(book(trip))) for book in (book_flight, book_hotel, book_car)
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    if failed:
        raise HTTPException(409, "This trip cannot be had.")
    for result in results:
        if isinstance(result, Exception):
            raise result
    return dict(zip(("flight", "hotel", "car"), results))
