"""The cancellation is swallowed after the rollback: the answer says that the money has moved.

fails: test_cut_off_in_its_first_statement = wrong-status
fails: test_cut_off_in_its_second_statement = half-done
fails: test_nothing_is_left = wrong-status
"""


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        try:
            for sql, account in ((TAKE, source), (GIVE, target)):
                if (await db.execute(sql, (amount, account))).rowcount == 0:
                    raise UnknownAccountError
            await db.commit()
        except asyncio.CancelledError:
            await db.rollback()
