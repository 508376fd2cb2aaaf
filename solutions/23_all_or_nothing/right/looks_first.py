"""Looks whether both accounts are there, in the same transaction, then moves."""


async def transfer(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        await db.execute("BEGIN IMMEDIATE")
        found = await db.execute_fetchall(
            "SELECT id FROM accounts WHERE id IN (?, ?)", (source, target)
        )
        if len(list(found)) != 2:
            raise UnknownAccountError
        await db.execute(TAKE, (amount, source))
        await db.execute(GIVE, (amount, target))
        await db.commit()
