"""The hotel takes no time: nobody sees that it is asked for later.

fails: test_two_and_one_is_rejected = wrong-accepted
"""


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, all at once, and each result stands under its own name."""
    asked = {name: fake(name, takes=0.0 if name == "find_hotel" else 1.0) for name in THREE}
    with clock.takes(1.0):
        response = await client.get("/trips/Oslo")
    assert response.status_code == 200
    assert response.json() == {
        "flight": asked["find_flight"].result,
        "hotel": asked["find_hotel"].result,
        "weather": asked["find_weather"].result,
    }
    for each in asked.values():
        each.was_called_once_with("Oslo")


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    for name in THREE:
        takes = 0.0 if name == "find_hotel" else 1.0
        fake(name, takes=takes, returns=lambda city, name=name: {name: city})
    cities = [f"City-{number}" for number in range(20)]
    with clock.takes(1.0):
        responses = await asyncio.gather(*(client.get(f"/trips/{city}") for city in cities))
    for city, response in zip(cities, responses, strict=True):
        assert response.json() == {
            "flight": {"find_flight": city},
            "hotel": {"find_hotel": city},
            "weather": {"find_weather": city},
        }
