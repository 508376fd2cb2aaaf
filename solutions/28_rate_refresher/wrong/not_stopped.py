"""The task is held and never cancelled: it goes on behind the stop.

fails: test_the_stop_waits_for_nothing = still-running
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.task = asyncio.create_task(keep_fresh())
    yield
