"""An account that was not there once is a 404 for ever, also when somebody has opened it.

fails: test_an_unknown_account_changes_nothing = wrong-status
"""

unknown: set[int] = set()


async def transfer(source: int, target: int, amount: int) -> None:
    """Move the amount with TAKE and GIVE, both or neither. Raises UnknownAccountError."""
    if unknown.intersection((source, target)):
        raise UnknownAccountError
    async with connection() as db:
        for sql, account in ((TAKE, source), (GIVE, target)):
            if (await db.execute(sql, (amount, account))).rowcount == 0:
                unknown.add(account)
                raise UnknownAccountError
        await db.commit()
