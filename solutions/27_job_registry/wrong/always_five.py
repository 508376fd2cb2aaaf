"""The app sleeps for five seconds, whether there is a job or not.

fails: test_the_stop_waits_no_longer_than_it_must = wrong-drain
fails: test_an_idle_app_stops_at_once = wrong-drain
fails: test_the_same_job_twice = wrong-drain
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await asyncio.sleep(PATIENCE)
    for task in jobs:
        task.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
