"""One connection for all, lent to one at a time; the lender rolls back, whatever happened."""

lock = asyncio.Lock()


@asynccontextmanager
async def connection() -> AsyncIterator[aiosqlite.Connection]:
    async with lock:
        try:
            yield app.state.db
        finally:
            await app.state.db.rollback()


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        for sql, account in ((TAKE, source), (GIVE, target)):
            if (await db.execute(sql, (amount, account))).rowcount == 0:
                raise UnknownAccountError
        await db.commit()
