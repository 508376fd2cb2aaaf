"""anyio's task group, whose tasks write into one dictionary."""

import asyncio

import anyio

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
    booked: dict[str, dict] = {}

    async def keep(key, book):
        booked[key] = await book(trip)

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(keep, "flight", book_flight)
            group.start_soon(keep, "hotel", book_hotel)
            group.start_soon(keep, "car", book_car)
    except* Unavailable:
        raise HTTPException(409, "This trip cannot be had.")
    return {key: booked[key] for key in ("flight", "hotel", "car")}
