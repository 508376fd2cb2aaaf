"""Nobody looks at what stands under "weather".

fails: test_swapped_results_are_rejected = wrong-accepted
"""


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, all at once, and each result stands under its own name."""
    for slow in THREE:
        asked = {name: fake(name, takes=2.0 if name == slow else 1.0) for name in THREE}
        with clock.takes(2.0):
            response = await client.get("/trips/Oslo")
        assert response.status_code == 200
        assert response.json()["flight"] == asked["find_flight"].result
        assert response.json()["hotel"] == asked["find_hotel"].result
        for each in asked.values():
            each.was_called_once_with("Oslo")


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    for name in THREE:
        fake(name, takes=1.0, returns=lambda city, name=name: {name: city})
    cities = [f"City-{number}" for number in range(20)]
    with clock.takes(1.0):
        responses = await asyncio.gather(*(client.get(f"/trips/{city}") for city in cities))
    for city, response in zip(cities, responses, strict=True):
        assert response.json()["flight"] == {"find_flight": city}
        assert response.json()["hotel"] == {"find_hotel": city}


async def test_the_same_city_again(client, clock, fake) -> None:
    """Who comes later gets what is found later."""
    for answer in ("sun", "rain"):
        for name in THREE:
            fake(name, takes=0.1, returns={"today": answer})
        response = await client.get("/trips/Bern")
        assert response.json()["hotel"] == {"today": answer}
