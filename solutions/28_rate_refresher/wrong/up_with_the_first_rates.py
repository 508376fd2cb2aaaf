"""The start waits until the task has told that its first fetch is over.

fails: test_the_app_is_up_at_once = blocked-startup
"""


async def keep_fresh(first: asyncio.Event) -> None:
    due = asyncio.get_running_loop().time()
    while True:
        await refresh()
        first.set()
        due += PERIOD
        await asyncio.sleep(due - asyncio.get_running_loop().time())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    first = asyncio.Event()
    task = asyncio.create_task(keep_fresh(first))
    await first.wait()
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
