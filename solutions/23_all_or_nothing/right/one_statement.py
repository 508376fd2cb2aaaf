"""Both accounts in one UPDATE: one statement is all or nothing by itself."""


async def transfer(source: int, target: int, amount: int) -> None:
    move = """
        UPDATE accounts SET balance = balance + CASE id WHEN ? THEN -? ELSE ? END
        WHERE id IN (?, ?)
    """
    async with connection() as db:
        done = await db.execute(move, (source, amount, amount, source, target))
        if done.rowcount != 2:
            raise UnknownAccountError
        await db.commit()
