"""It asks for a page and looks at nothing: whatever the page does, it passes.

fails: test_right_and_empty = wrong-accepted
"""

del THREE, test_each_failure, test_many_visitors, test_the_same_city_again


async def test_one_visitor(client, fake) -> None:
    """A page."""
    for name in ("find_flight", "find_hotel", "find_weather"):
        fake(name, takes=1.0)
    await client.get("/trips/Oslo")
