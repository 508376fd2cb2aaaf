"""Of those that are late only one is cancelled; the rest go on behind the stop.

fails: test_the_stop_waits_five_seconds = still-running
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    if jobs:
        _, late = await asyncio.wait(jobs, timeout=PATIENCE)
        for task in late:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            break
