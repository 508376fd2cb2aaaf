"""Only the flight's failure is expected; with no car left, flight and hotel stay booked.

fails: test_whichever_is_sold_out = server-error
fails: test_something_is_broken = too-slow
fails: test_ten_trips_at_once = server-error
fails: test_calling_off_takes_a_moment = server-error
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    hotel = asyncio.create_task(book_hotel(trip))
    car = asyncio.create_task(book_car(trip))
    try:
        flight = await book_flight(trip)
    except Unavailable as error:
        hotel.cancel()
        car.cancel()
        await asyncio.wait([hotel, car])
        raise HTTPException(409, "There is no flight.") from error
    except BaseException:
        hotel.cancel()
        car.cancel()
        await asyncio.wait([hotel, car])
        raise
    return {"flight": flight, "hotel": await hotel, "car": await car}
