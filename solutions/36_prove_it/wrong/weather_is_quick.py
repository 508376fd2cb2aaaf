"""The weather takes no time: a page that asks for it later looks the same.

fails: test_two_and_one_is_rejected = wrong-accepted
"""


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, all at once, and each result stands under its own name."""
    asked = [fake("find_flight", takes=1.0), fake("find_hotel", takes=1.0), fake("find_weather")]
    with clock.takes(1.0):
        response = await client.get("/trips/Oslo")
    found = [response.json()[key] for key in ("flight", "hotel", "weather")]
    assert found == [each.result for each in asked]
    for each in asked:
        each.was_called_once_with("Oslo")


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    for name in THREE:
        fake(name, takes=1.0 if name == "find_flight" else 0.0, returns=lambda city: city)
    cities = [f"City-{number}" for number in range(20)]
    with clock.takes(1.0):
        responses = await asyncio.gather(*(client.get(f"/trips/{city}") for city in cities))
    assert [response.json()["flight"] for response in responses] == cities
