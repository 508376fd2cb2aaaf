"""gather passes on the first failure and leaves the others running: hotel and car are booked.

fails: test_no_flight_no_trip = answered-not-ended
fails: test_whichever_is_sold_out = answered-not-ended
fails: test_two_are_sold_out = answered-not-ended
fails: test_calling_off_takes_a_moment = answered-not-ended
fails: test_something_is_broken = answered-not-ended
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
    try:
        flight, hotel, car = await asyncio.gather(
            book_flight(trip), book_hotel(trip), book_car(trip)
        )
    except Unavailable as error:
        raise HTTPException(409, "This trip cannot be had.") from error
    return {"flight": flight, "hotel": hotel, "car": car}
