"""All three return the same: which is which is not to be seen.

fails: test_swapped_results_are_rejected = wrong-accepted
"""


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, all at once."""
    for slow in THREE:
        asked = [
            fake(name, takes=2.0 if name == slow else 1.0, returns={"ok": True}) for name in THREE
        ]
        with clock.takes(2.0):
            response = await client.get("/trips/Oslo")
        assert response.json() == dict.fromkeys(("flight", "hotel", "weather"), {"ok": True})
        for each in asked:
            each.was_called_once_with("Oslo")


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    for name in THREE:
        fake(name, takes=1.0, returns=lambda city: city)
    cities = [f"City-{number}" for number in range(20)]
    with clock.takes(1.0):
        responses = await asyncio.gather(*(client.get(f"/trips/{city}") for city in cities))
    for city, response in zip(cities, responses, strict=True):
        assert response.json() == dict.fromkeys(("flight", "hotel", "weather"), city)
