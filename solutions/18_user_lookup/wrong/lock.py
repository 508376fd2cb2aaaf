"""A lock around the session lets one request in at a time.

fails: test_ten_lookups_take_one_querys_time = one-after-another
fails: test_each_request_has_a_session_of_its_own = one-after-another
"""

import asyncio

one_at_a_time = asyncio.Lock()


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    async with one_at_a_time, SessionFactory() as session:
        yield session
