"""Fifteen places, as many as the pool has; who leaves keeps theirs, for CancelledError is no
Exception.

fails: after_failures = slot-leak
"""

import asyncio

places = asyncio.Semaphore(15)


async def get_async_db() -> AsyncIterator[AsyncSession]:
    await places.acquire()
    async with SessionFactory() as session:
        try:
            yield session
        except Exception:
            places.release()
            raise
    places.release()
