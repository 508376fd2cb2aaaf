"""The failure is met when its task's turn comes, and the other tasks run on.

fails: test_no_flight_no_trip = answered-not-ended
fails: test_whichever_is_sold_out = too-slow
fails: test_two_are_sold_out = answered-not-ended
fails: test_calling_off_takes_a_moment = answered-not-ended
fails: test_something_is_broken = too-slow
fails: test_ten_trips_at_once = too-slow
fails: test_the_request_is_cancelled = still-running
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    flight = asyncio.create_task(book_flight(trip))
    hotel = asyncio.create_task(book_hotel(trip))
    car = asyncio.create_task(book_car(trip))
    try:
        return {"flight": await flight, "hotel": await hotel, "car": await car}
    except Unavailable as error:
        raise HTTPException(409, "This trip cannot be had.") from error
