"""Many visitors, but each comes when the one before has gone.

fails: test_visitors_who_wait_for_each_other_are_rejected = wrong-accepted
fails: test_mixed_visitors_are_rejected = wrong-accepted
"""


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty visitors: each has what was found for their city, after 1.0 s."""
    for name in THREE:
        fake(name, takes=1.0, returns=lambda city: city)
    for city in (f"City-{number}" for number in range(20)):
        with clock.takes(1.0):
            response = await client.get(f"/trips/{city}")
        assert response.json() == {"flight": city, "hotel": city, "weather": city}
