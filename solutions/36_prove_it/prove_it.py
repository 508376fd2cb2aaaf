"""Four tests: what one visitor gets and waits, each failure, and two kinds of crowd.

Each function is the slow one once, so that none can hide behind another; each fails once; and what
it returns depends on the city, so that nobody can get what is another's unseen.
"""

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
    """Each is asked once, all at once, and each result stands under its own name."""
    for slow in THREE:
        asked = {name: fake(name, takes=2.0 if name == slow else 1.0) for name in THREE}
        with clock.takes(2.0):
            response = await client.get("/trips/Oslo")
        assert response.status_code == 200
        assert response.json() == {
            "flight": asked["find_flight"].result,
            "hotel": asked["find_hotel"].result,
            "weather": asked["find_weather"].result,
        }
        for each in asked.values():
            each.was_called_once_with("Oslo")


async def test_each_failure(client, clock, fake) -> None:
    """Whichever of the three raises, the response is a 502."""
    for broken in THREE:
        for name in THREE:
            fake(name, takes=0.1, raises=RuntimeError("no answer") if name == broken else None)
        response = await client.get("/trips/Rome")
        assert response.status_code == 502, broken


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    for name in THREE:
        fake(name, takes=1.0, returns=lambda city, name=name: {name: city})
    cities = [f"City-{number}" for number in range(20)]
    with clock.takes(1.0):
        responses = await asyncio.gather(*(client.get(f"/trips/{city}") for city in cities))
    for city, response in zip(cities, responses, strict=True):
        assert response.json() == {
            "flight": {"find_flight": city},
            "hotel": {"find_hotel": city},
            "weather": {"find_weather": city},
        }


async def test_the_same_city_again(client, clock, fake) -> None:
    """Who comes later gets what is found later."""
    for answer in ("sun", "rain"):
        for name in THREE:
            fake(name, takes=0.1, returns={"today": answer})
        response = await client.get("/trips/Bern")
        assert response.json()["weather"] == {"today": answer}
