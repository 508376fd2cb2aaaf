"""close() is a coroutine: without await it closes nothing.

fails: test_fifty_lookups_give_everything_back = forgotten-await
fails: test_a_404_gives_the_session_back = forgotten-await
fails: test_a_failing_query_gives_the_session_back = forgotten-await
"""


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    session = SessionFactory()
    try:
        yield session
    finally:
        session.close()
