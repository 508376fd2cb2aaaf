"""One connection for all: whoever rolls back takes the neighbour's writing along.

fails: test_a_neighbour_keeps_what_they_wrote = half-done
"""


@asynccontextmanager
async def connection() -> AsyncIterator[aiosqlite.Connection]:
    yield app.state.db


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        try:
            for sql, account in ((TAKE, source), (GIVE, target)):
                if (await db.execute(sql, (amount, account))).rowcount == 0:
                    raise UnknownAccountError
            await db.commit()
        except BaseException:
            await db.rollback()
            raise
