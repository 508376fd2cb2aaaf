"""The bookings are shielded, so that nothing can stop them: not the failure of one, either.

fails: test_no_flight_no_trip = answered-not-ended
fails: test_whichever_is_sold_out = answered-not-ended
fails: test_two_are_sold_out = answered-not-ended
fails: test_calling_off_takes_a_moment = answered-not-ended
fails: test_something_is_broken = answered-not-ended
fails: test_the_request_is_cancelled = still-running
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    try:
        async with asyncio.TaskGroup() as group:
            flight = group.create_task(keep(book_flight(trip)))
            hotel = group.create_task(keep(book_hotel(trip)))
            car = group.create_task(keep(book_car(trip)))
    except* Unavailable as unavailable:
        raise HTTPException(409, "This trip cannot be had.") from unavailable
    return {"flight": flight.result(), "hotel": hotel.result(), "car": car.result()}


async def keep(booking):
    return await asyncio.shield(booking)
