"""What is called off has a second for it: what needs two is still booked when the 409 leaves.

fails: test_calling_off_takes_a_moment = answered-not-ended
"""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = [asyncio.create_task(book(trip)) for book in (book_flight, book_hotel, book_car)]
    try:
        flight, hotel, car = await asyncio.gather(*tasks)
    except Unavailable as unavailable:
        raise HTTPException(409, "This trip cannot be had.") from unavailable
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1.0)
    return {"flight": flight, "hotel": hotel, "car": car}
