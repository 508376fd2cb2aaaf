"""A trip is booked in three places at once: all of it, or nothing."""

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
    raise NotImplementedError("cancel_the_siblings: book all three, or call off the others")
