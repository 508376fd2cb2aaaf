"""The commit stands in `finally`: it also keeps the half of a transfer.

fails: test_an_unknown_account_changes_nothing = half-done
fails: test_a_frozen_target_changes_nothing = half-done
fails: test_cut_off_in_its_first_statement = half-done
fails: test_cut_off_in_its_second_statement = half-done
"""


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        try:
            for sql, account in ((TAKE, source), (GIVE, target)):
                if (await db.execute(sql, (amount, account))).rowcount == 0:
                    raise UnknownAccountError
        finally:
            await db.commit()
