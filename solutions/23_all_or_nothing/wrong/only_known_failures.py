"""One connection and a lock; it rolls back for the failures it knows, and for no other.

fails: test_a_frozen_target_changes_nothing = half-done
"""

lock = asyncio.Lock()


@asynccontextmanager
async def connection() -> AsyncIterator[aiosqlite.Connection]:
    async with lock:
        try:
            yield app.state.db
        except (UnknownAccountError, asyncio.CancelledError):
            await app.state.db.rollback()
            raise


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        for sql, account in ((TAKE, source), (GIVE, target)):
            if (await db.execute(sql, (amount, account))).rowcount == 0:
                raise UnknownAccountError
        await db.commit()
