"""Both halves at once, each on its own connection: one of them can fail alone.

fails: test_an_unknown_account_changes_nothing = half-done
fails: test_a_frozen_target_changes_nothing = half-done
"""


async def half(sql: str, account: int, amount: int) -> None:
    async with connection() as db:
        if (await db.execute(sql, (amount, account))).rowcount == 0:
            raise UnknownAccountError
        await db.commit()


async def transfer(source: int, target: int, amount: int) -> None:
    await asyncio.gather(half(TAKE, source, amount), half(GIVE, target, amount))
