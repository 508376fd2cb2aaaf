"""gather raises the first failure; finally cancels what is left, and waits for it."""


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    tasks = [asyncio.create_task(book(trip)) for book in (book_flight, book_hotel, book_car)]
    try:
        flight, hotel, car = await asyncio.gather(*tasks)
    except Unavailable as error:
        raise HTTPException(409, str(error)) from error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return {"flight": flight, "hotel": hotel, "car": car}
