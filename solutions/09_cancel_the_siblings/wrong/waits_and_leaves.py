"""asyncio.wait lets a cancellation pass, and cancels nothing: the request ends, its tasks go on.

fails: test_the_request_is_cancelled = still-running
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = [asyncio.create_task(book(trip)) for book in (book_flight, book_hotel, book_car)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Unavailable):
            raise HTTPException(409, "This trip cannot be had.")
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result
    return dict(zip(("flight", "hotel", "car"), results))
