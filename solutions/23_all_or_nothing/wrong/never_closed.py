"""A connection for each transfer, and nobody closes it.

fails: test_a_frozen_target_changes_nothing = server-error
fails: test_nothing_is_left = still-running
"""


@asynccontextmanager
async def connection() -> AsyncIterator[aiosqlite.Connection]:
    db = await aiosqlite.connect(PATH)
    yield db
    await db.close()


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        for sql, account in ((TAKE, source), (GIVE, target)):
            if (await db.execute(sql, (amount, account))).rowcount == 0:
                raise UnknownAccountError
        await db.commit()
