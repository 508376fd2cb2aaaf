"""The results are taken as they come, so the first failure is met at once."""

import asyncio
from contextlib import asynccontextmanager

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


@asynccontextmanager
async def ended(tasks):
    """When the block is left, none of the tasks runs any more."""
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@app.post("/trips/{trip}")
async def book_trip(trip: int) -> dict:
    """Book all three at the same time; when one of them cannot be had, none: 409."""
    jobs = [book_flight(trip), book_hotel(trip), book_car(trip)]
    async with ended([asyncio.ensure_future(job) for job in jobs]) as tasks:
        try:
            for task in asyncio.as_completed(tasks):
                await task
        except Unavailable:
            raise HTTPException(status_code=409)
        return {key: task.result() for key, task in zip(("flight", "hotel", "car"), tasks)}
