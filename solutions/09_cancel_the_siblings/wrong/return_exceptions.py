"""With return_exceptions gather waits for all: the failure is told when the rest is booked.

fails: test_no_flight_no_trip = too-slow
fails: test_whichever_is_sold_out = too-slow
fails: test_two_are_sold_out = too-slow
fails: test_calling_off_takes_a_moment = too-slow
fails: test_something_is_broken = too-slow
fails: test_ten_trips_at_once = too-slow
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    results = await asyncio.gather(
        book_flight(trip), book_hotel(trip), book_car(trip), return_exceptions=True
    )
    for result in results:
        if isinstance(result, Unavailable):
            raise HTTPException(409, "This trip cannot be had.")
        if isinstance(result, BaseException):
            raise result
    return dict(zip(("flight", "hotel", "car"), results))
