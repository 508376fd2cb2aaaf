"""asyncio.wait is given no job at all, and raises: an idle app cannot stop.

fails: test_an_idle_app_stops_at_once = server-error
fails: test_a_failure_is_logged_once = server-error
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    _, late = await asyncio.wait(jobs, timeout=PATIENCE)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
