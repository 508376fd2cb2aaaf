"""BEGIN and ROLLBACK by hand; BaseException, for a cancellation is no Exception."""


@asynccontextmanager
async def connection() -> AsyncIterator[aiosqlite.Connection]:
    db = await aiosqlite.connect(PATH, isolation_level=None)
    try:
        yield db
    finally:
        await db.close()


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        await db.execute("BEGIN IMMEDIATE")
        try:
            for sql, account in ((TAKE, source), (GIVE, target)):
                if (await db.execute(sql, (amount, account))).rowcount == 0:
                    raise UnknownAccountError
        except BaseException:
            await db.rollback()
            raise
        await db.commit()
