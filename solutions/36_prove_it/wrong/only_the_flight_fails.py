"""Of the three only the flight fails.

fails: test_a_hidden_failure_is_rejected = wrong-accepted
"""


async def test_each_failure(client, clock, fake) -> None:
    """The flight raises: the response is a 502."""
    for name in THREE:
        fake(name)
    fake("find_flight", raises=RuntimeError("no answer"))
    response = await client.get("/trips/Rome")
    assert response.status_code == 502
