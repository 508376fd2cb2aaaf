"""The first is returned, and the other one goes on.

fails: test_the_other_one_is_ended = still-running
"""


async def fastest() -> str:
    tasks = [asyncio.create_task(near()), asyncio.create_task(far())]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return done.pop().result()
