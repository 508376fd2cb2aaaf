"""A new engine for each request has a pool of its own, so that nothing is ever used again.

fails: test_fifty_lookups_give_everything_back = called-too-often
"""


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    async with AsyncSession(create_async_engine(DATABASE_URL)) as session:
        yield session
