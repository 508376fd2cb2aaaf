"""It rejects every page, the right ones, too.

fails: test_right_and_empty = right-rejected
"""


async def test_one_visitor(client, fake) -> None:
    """A page that says more than it should."""
    for name in THREE:
        fake(name)
    response = await client.get("/trips/Oslo")
    assert response.status_code == 201
