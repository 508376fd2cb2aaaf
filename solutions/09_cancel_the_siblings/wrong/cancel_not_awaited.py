"""cancel() only asks: the response leaves while the hotel is still being called off.

fails: test_calling_off_takes_a_moment = answered-not-ended
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = [asyncio.create_task(book(trip)) for book in (book_flight, book_hotel, book_car)]
    try:
        flight, hotel, car = await asyncio.gather(*tasks)
    except BaseException as error:
        for task in tasks:
            task.cancel()
        if isinstance(error, Unavailable):
            raise HTTPException(409, "This trip cannot be had.") from error
        raise
    return {"flight": flight, "hotel": hotel, "car": car}
