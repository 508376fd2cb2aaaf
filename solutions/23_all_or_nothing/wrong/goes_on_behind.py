"""Shielded: the answer says that no money has moved, and then it moves.

fails: test_cut_off_in_its_first_statement = half-done
fails: test_cut_off_in_its_second_statement = half-done
"""

kept = set()


async def work(source: int, target: int, amount: int) -> None:
    async with connection() as db:
        for sql, account in ((TAKE, source), (GIVE, target)):
            if (await db.execute(sql, (amount, account))).rowcount == 0:
                raise UnknownAccountError
        await db.commit()


async def transfer(source: int, target: int, amount: int) -> None:
    task = asyncio.create_task(work(source, target, amount))
    kept.add(task)
    task.add_done_callback(kept.discard)
    await asyncio.shield(task)
