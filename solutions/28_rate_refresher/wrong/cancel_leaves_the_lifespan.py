"""The CancelledError of the task that is awaited ends the lifespan as well.

fails: test_the_stop_waits_for_nothing = server-error
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_fresh())
    yield
    task.cancel()
    await task
