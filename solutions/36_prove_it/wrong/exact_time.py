"""It wants the time to the last digit: a page that works for a hundredth of a second is rejected.

fails: test_a_hundredth_of_a_second_is_accepted = right-rejected
"""


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, all at once, and each result stands under its own name."""
    asked = [fake(name, takes=1.0) for name in THREE]
    start = clock.now()
    response = await client.get("/trips/Oslo")
    assert round(clock.now() - start, 3) == 1.0
    found = [response.json()[key] for key in ("flight", "hotel", "weather")]
    assert found == [each.result for each in asked]
    for each in asked:
        each.was_called_once_with("Oslo")
