"""All jobs are cancelled the moment the app stops, also those that need a second more.

fails: test_the_stop_waits_five_seconds = wrong-drain
fails: test_the_stop_waits_no_longer_than_it_must = wrong-drain
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    for task in jobs:
        task.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
