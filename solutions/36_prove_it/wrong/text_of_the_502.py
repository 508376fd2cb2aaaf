"""It wants a 502 with a text of its own choice.

fails: test_a_task_group_is_accepted = right-rejected
fails: test_a_later_502_is_accepted = right-rejected
"""


async def test_each_failure(client, clock, fake) -> None:
    """Whichever of the three raises, the response is a 502."""
    for broken in THREE:
        for name in THREE:
            fake(name)
        fake(broken, raises=RuntimeError("no answer"))
        response = await client.get("/trips/Rome")
        assert response.status_code == 502
        assert response.json() == {"detail": "Bad Gateway"}
