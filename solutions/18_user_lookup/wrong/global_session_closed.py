"""One session for all requests, closed after each: the first to end closes it for the others.

fails: test_ten_lookups_take_one_querys_time = shared-session
fails: test_each_request_has_a_session_of_its_own = wrong-value
"""

shared = SessionFactory()


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    async with shared as session:
        yield session
