"""The results are searched in order, and the CancelledError of a sibling is found first.

fails: test_whichever_is_sold_out = server-error
fails: test_something_is_broken = server-error
fails: test_ten_trips_at_once = server-error
fails: test_calling_off_takes_a_moment = server-error
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = [asyncio.create_task(book(trip)) for book in (book_flight, book_hotel, book_car)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Unavailable):
            raise HTTPException(409, "This trip cannot be had.")
        if isinstance(result, BaseException):
            raise result
    return dict(zip(("flight", "hotel", "car"), results))
