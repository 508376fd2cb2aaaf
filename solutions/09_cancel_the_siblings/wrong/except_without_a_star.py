"""A task group raises an ExceptionGroup: `except Unavailable` does not look inside.

fails: test_no_flight_no_trip = server-error
fails: test_whichever_is_sold_out = server-error
fails: test_two_are_sold_out = server-error
fails: test_calling_off_takes_a_moment = server-error
fails: test_ten_trips_at_once = server-error
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    try:
        async with asyncio.TaskGroup() as group:
            flight = group.create_task(book_flight(trip))
            hotel = group.create_task(book_hotel(trip))
            car = group.create_task(book_car(trip))
    except Unavailable as error:
        raise HTTPException(409, "This trip cannot be had.") from error
    return {"flight": flight.result(), "hotel": hotel.result(), "car": car.result()}
