"""except without raise: the 404 never reaches the visitor.

fails: test_an_unknown_id_is_a_404 = server-error
fails: test_a_404_gives_the_session_back = server-error
"""


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    async with SessionFactory() as session:
        try:
            yield session
        except Exception:
            await session.rollback()
