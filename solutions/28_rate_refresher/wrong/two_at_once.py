"""A timer starts a fetch each minute, also while the last one still runs.

fails: test_never_two_at_once = too-many-in-flight
"""

rounds: set[asyncio.Task[None]] = set()


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        task = asyncio.create_task(refresh())
        rounds.add(task)
        task.add_done_callback(rounds.discard)
        due += PERIOD
        await asyncio.sleep(due - loop.time())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_fresh())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    for running in rounds:
        running.cancel()
    await asyncio.gather(*rounds, return_exceptions=True)
