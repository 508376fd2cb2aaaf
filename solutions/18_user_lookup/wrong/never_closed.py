"""The session is never closed: its connection does not come back to the pool.

fails: test_fifty_lookups_give_everything_back = still-running
fails: test_a_404_gives_the_session_back = still-running
fails: test_a_failing_query_gives_the_session_back = still-running
"""


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    session = SessionFactory()
    yield session
