"""Every error status is good enough: a page that catches nothing passes.

fails: test_a_500_is_rejected = wrong-accepted
"""


async def test_each_failure(client, clock, fake) -> None:
    """Whichever of the three raises, the response is an error."""
    for broken in THREE:
        for name in THREE:
            fake(name)
        fake(broken, raises=RuntimeError("no answer"))
        response = await client.get("/trips/Rome")
        assert response.status_code >= 400
