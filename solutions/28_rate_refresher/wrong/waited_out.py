"""The stop asks the loop to end, and waits until it looks: the rest of the minute.

fails: test_the_stop_waits_for_nothing = wrong-drain
"""

is_up = True


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while is_up:
        await refresh()
        due += PERIOD
        await asyncio.sleep(due - loop.time())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    global is_up
    task = asyncio.create_task(keep_fresh())
    yield
    is_up = False
    await task
