"""The late ones are cancelled and not waited for: their tidying is cut off.

fails: test_a_cancelled_job_may_tidy_up = wrong-drain
fails: test_nothing_is_left = still-running
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    if jobs:
        _, late = await asyncio.wait(jobs, timeout=PATIENCE)
        for task in late:
            task.cancel()
