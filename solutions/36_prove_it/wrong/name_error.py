"""A name is written wrong: the test ends before it has looked at anything.

fails: test_right_and_empty = right-rejected
"""


async def test_each_failure(client, clock, fake) -> None:
    """Whichever of the three raises, the response is a 502."""
    for name in THREE:
        fake(name, raises=RuntimeError("no answer"))
    response = await client.get("/trips/Rome")
    assert respons.status_code == 502  # noqa: F821
