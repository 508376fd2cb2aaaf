"""The others are called off when something is sold out, and not when something is broken.

fails: test_something_is_broken = answered-not-ended
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = [asyncio.create_task(book(trip)) for book in (book_flight, book_hotel, book_car)]
    try:
        flight, hotel, car = await asyncio.gather(*tasks)
    except Unavailable as error:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise HTTPException(409, "This trip cannot be had.") from error
    return {"flight": flight, "hotel": hotel, "car": car}
