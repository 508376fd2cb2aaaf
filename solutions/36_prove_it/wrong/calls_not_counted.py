"""It looks at what comes back, and never at what was asked for.

fails: test_another_city_is_rejected = wrong-accepted
fails: test_asking_twice_is_rejected = wrong-accepted
"""


async def test_one_visitor(client, clock, fake) -> None:
    """All are asked at once, and each result stands under its own name."""
    for slow in THREE:
        for name in THREE:
            fake(name, takes=2.0 if name == slow else 1.0, returns={"from": name})
        with clock.takes(2.0):
            response = await client.get("/trips/Oslo")
        assert response.json() == {
            "flight": {"from": "find_flight"},
            "hotel": {"from": "find_hotel"},
            "weather": {"from": "find_weather"},
        }


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    for name in THREE:
        fake(name, takes=1.0, returns=lambda city: city.lower())
    cities = [f"city-{number}" for number in range(20)]
    with clock.takes(1.0):
        responses = await asyncio.gather(*(client.get(f"/trips/{city}") for city in cities))
    for city, response in zip(cities, responses, strict=True):
        assert response.json() == dict.fromkeys(("flight", "hotel", "weather"), city)
