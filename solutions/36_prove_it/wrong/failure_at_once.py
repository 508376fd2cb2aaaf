"""It wants the 502 as soon as one has failed: the specification says nothing about when.

fails: test_a_later_502_is_accepted = right-rejected
fails: test_a_hundredth_of_a_second_is_accepted = right-rejected
"""


async def test_each_failure(client, clock, fake) -> None:
    """Whichever of the three raises, the response is a 502, at once."""
    for broken in THREE:
        for name in THREE:
            fake(name, takes=1.0)
        fake(broken, takes=0.1, raises=RuntimeError("no answer"))
        with clock.takes(0.1):
            response = await client.get("/trips/Rome")
        assert response.status_code == 502
