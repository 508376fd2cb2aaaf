"""Each city is asked for once: what a page remembers is not to be seen.

fails: test_a_page_that_remembers_is_rejected = wrong-accepted
"""

del test_the_same_city_again


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, all at once, and each result stands under its own name."""
    asked = [fake(name, takes=1.0) for name in THREE]
    with clock.takes(1.0):
        response = await client.get("/trips/Oslo")
    found = [response.json()[key] for key in ("flight", "hotel", "weather")]
    assert found == [each.result for each in asked]
    for each in asked:
        each.was_called_once_with("Oslo")


async def test_each_failure(client, clock, fake) -> None:
    """Whichever of the three raises, the response is a 502."""
    for broken in THREE:
        for name in THREE:
            fake(name)
        fake(broken, raises=RuntimeError("no answer"))
        response = await client.get(f"/trips/{broken}")
        assert response.status_code == 502
