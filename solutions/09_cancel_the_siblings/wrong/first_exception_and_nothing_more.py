"""asyncio.wait says what has ended and what has not; nobody ends the rest.

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
    tasks = {
        "flight": asyncio.create_task(book_flight(trip)),
        "hotel": asyncio.create_task(book_hotel(trip)),
        "car": asyncio.create_task(book_car(trip)),
    }
    done, _ = await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        if isinstance(task.exception(), Unavailable):
            raise HTTPException(409, "This trip cannot be had.")
    return {key: task.result() for key, task in tasks.items()}
