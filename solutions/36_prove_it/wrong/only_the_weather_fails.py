"""Only the weather ever fails: a page that hides the failure of the flight passes.

fails: test_a_hidden_failure_is_rejected = wrong-accepted
"""


async def test_each_failure(client, clock, fake) -> None:
    """The weather raises, and the response is a 502."""
    for broken in ("find_weather",):
        for name in THREE:
            fake(name, takes=0.1, raises=RuntimeError("no answer") if name == broken else None)
        response = await client.get("/trips/Rome")
        assert response.status_code == 502, broken
