"""No stand-in takes time: who waits for whom is not to be seen.

fails: test_one_by_one_is_rejected = wrong-accepted
fails: test_two_and_one_is_rejected = wrong-accepted
fails: test_visitors_who_wait_for_each_other_are_rejected = wrong-accepted
"""


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, and each result stands under its own name."""
    asked = [fake(name) for name in THREE]
    response = await client.get("/trips/Oslo")
    found = [response.json()[key] for key in ("flight", "hotel", "weather")]
    assert found == [each.result for each in asked]
    for each in asked:
        each.was_called_once_with("Oslo")


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once: each has what was found for their city."""
    for name in THREE:
        fake(name, returns=lambda city: city)
    cities = [f"City-{number}" for number in range(20)]
    responses = await asyncio.gather(*(client.get(f"/trips/{city}") for city in cities))
    assert [response.json()["hotel"] for response in responses] == cities
