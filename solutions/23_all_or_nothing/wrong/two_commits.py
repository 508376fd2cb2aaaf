"""A commit after each statement: what comes between them is seen, and stays.

fails: test_an_unknown_account_changes_nothing = half-done
fails: test_a_frozen_target_changes_nothing = half-done
fails: test_cut_off_in_its_second_statement = half-done
"""


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        for sql, account in ((TAKE, source), (GIVE, target)):
            if (await db.execute(sql, (amount, account))).rowcount == 0:
                raise UnknownAccountError
            await db.commit()
