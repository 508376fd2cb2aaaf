"""A broken program is told as a trip that is sold out, and nobody is woken.

fails: test_something_is_broken = wrong-status
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    try:
        async with asyncio.TaskGroup() as group:
            flight = group.create_task(book_flight(trip))
            hotel = group.create_task(book_hotel(trip))
            car = group.create_task(book_car(trip))
    except* Exception as group:
        raise HTTPException(409, "This trip cannot be had.") from group
    return {"flight": flight.result(), "hotel": hotel.result(), "car": car.result()}
