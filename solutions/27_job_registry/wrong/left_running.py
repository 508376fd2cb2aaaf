"""Who is late is left running: the app says that it has stopped, and it has not.

fails: test_the_stop_waits_five_seconds = still-running
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    if jobs:
        await asyncio.wait(jobs, timeout=PATIENCE)
