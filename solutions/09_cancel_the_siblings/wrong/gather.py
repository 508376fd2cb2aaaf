"""gather passes on the first failure and leaves the others running: hotel and car are booked.

fails: test_no_flight_no_trip = answered-not-ended
fails: test_whichever_is_sold_out = answered-not-ended
fails: test_two_are_sold_out = answered-not-ended
fails: test_calling_off_takes_a_moment = answered-not-ended
fails: test_something_is_broken = answered-not-ended
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    try:
        flight, hotel, car = await asyncio.gather(
            book_flight(trip), book_hotel(trip), book_car(trip)
        )
    except Unavailable as error:
        raise HTTPException(409, "This trip cannot be had.") from error
    return {"flight": flight, "hotel": hotel, "car": car}
