"""The check has a block of its own, and a yield in it: it ends when the last price has been sent.

fails: test_a_page_beside_two_screens = held-over-io
fails: test_nothing_is_out_while_a_screen_waits = held-over-io
"""


async def check_key(key: Annotated[str, Header()]) -> AsyncIterator[None]:
    """A 401 when no screen has the key of the header `key`: look_up(session, key) raises it."""
    async with SessionFactory() as session:
        await look_up(session, key)
        yield
