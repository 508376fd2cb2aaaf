"""Only the flight's failure is expected; with no car left, flight and hotel stay booked.

fails: test_whichever_is_sold_out = server-error
fails: test_something_is_broken = too-slow
fails: test_ten_trips_at_once = server-error
"""

import asyncio

from fastapi import FastAPI, HTTPException

app = FastAPI()


class Unavailable(Exception):
    """There is none left."""


async def book_flight(trip: int) -> dict:
    """Takes a second; may raise Unavailable. Given; leave it as it is."""
    await asyncio.sleep(1)
    return {"flight": f"LH {trip}"}


async def book_hotel(trip: int) -> dict:
    """Takes a second; may raise Unavailable. Given; leave it as it is."""
    await asyncio.sleep(1)
    return {"room": trip % 100}


async def book_car(trip: int) -> dict:
    """Takes a second; may raise Unavailable. Given; leave it as it is."""
    await asyncio.sleep(1)
    return {"car": "estate"}


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
