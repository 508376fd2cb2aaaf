"""A task group is left when all its tasks have ended, however they end.

When one fails, it cancels the others, and waits for what they still have to undo. Then it raises
a group of exceptions, so `except*` looks inside. When the request is cancelled, so are its tasks.
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
        async with asyncio.TaskGroup() as group:
            flight = group.create_task(book_flight(trip))
            hotel = group.create_task(book_hotel(trip))
            car = group.create_task(book_car(trip))
    except* Unavailable as unavailable:
        raise HTTPException(409, "This trip cannot be had.") from unavailable
    return {"flight": flight.result(), "hotel": hotel.result(), "car": car.result()}
