"""One session for all requests: two that come together trip over each other.

fails: test_ten_lookups_take_one_querys_time = shared-session
fails: test_fifty_lookups_give_everything_back = still-running
fails: test_a_404_gives_the_session_back = still-running
fails: test_a_failing_query_gives_the_session_back = still-running
fails: test_each_request_has_a_session_of_its_own = wrong-value
"""

shared = SessionFactory()


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    yield shared
