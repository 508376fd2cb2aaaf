"""The session is closed only when the key is known: each 401 keeps a connection.

fails: test_a_key_that_nobody_has = still-running
"""


async def check_key(key: Annotated[str, Header()]) -> None:
    """A 401 when no screen has the key of the header `key`: look_up(session, key) raises it."""
    session = SessionFactory()
    await look_up(session, key)
    await session.close()
