"""The app takes no request until the bank has answered.

fails: test_the_app_is_up_at_once = blocked-startup
"""


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    due = loop.time() - 5.0
    while True:
        due += PERIOD
        await asyncio.sleep(due - loop.time())
        await refresh()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await refresh()
    task = asyncio.create_task(keep_fresh())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
