"""Nobody looks at how often the flight is asked for.

fails: test_asking_twice_is_rejected = wrong-accepted
"""


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
        asked["find_hotel"].was_called_once_with("Oslo")
        asked["find_weather"].was_called_once_with("Oslo")
