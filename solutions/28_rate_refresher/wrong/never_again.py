"""The event that ends the loop is never cleared: an app that starts again fetches nothing.

fails: test_the_stop_waits_for_nothing = not-called
"""

stopping = asyncio.Event()


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while not stopping.is_set():
        await refresh()
        due += PERIOD
        await asyncio.sleep(due - loop.time())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_fresh())
    yield
    stopping.set()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
