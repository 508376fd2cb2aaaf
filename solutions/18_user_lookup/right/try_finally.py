"""The same with try and finally: close is awaited on every way out."""


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    session = SessionFactory()
    try:
        yield session
    finally:
        await session.close()
