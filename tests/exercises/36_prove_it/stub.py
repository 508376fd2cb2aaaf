"""Tests of a travel page that other people write: they accept what is right, and nothing else."""

import asyncio

from fastapi import FastAPI, HTTPException

app = FastAPI()


async def find_flight(city: str) -> dict:
    """The airline: takes 1 s, and may raise. Given; leave it as it is."""
    await asyncio.sleep(1)
    return {"seat": f"12A to {city}"}


async def find_hotel(city: str) -> dict:
    """The hotels: takes 1 s, and may raise. Given; leave it as it is."""
    await asyncio.sleep(1)
    return {"room": f"the last one in {city}"}


async def find_weather(city: str) -> dict:
    """The weather: takes 1 s, and may raise. Given; leave it as it is."""
    await asyncio.sleep(1)
    return {"sky": f"blue over {city}"}


@app.get("/trips/{city}")
async def trip(city: str) -> dict:
    """One page that is right. Given; your tests meet others."""
    try:
        flight, hotel, weather = await asyncio.gather(
            find_flight(city), find_hotel(city), find_weather(city)
        )
    except Exception:
        raise HTTPException(502) from None
    return {"flight": flight, "hotel": hotel, "weather": weather}


THREE = ("find_flight", "find_hotel", "find_weather")


async def test_one_visitor(client, clock, fake) -> None:
    """A visitor who asks for a city gets three results."""
    raise NotImplementedError("prove_it: write tests that tell a right page from a wrong one")
