"""Kept while the app runs, and forgotten when it stops.

fails: test_the_stop_waits_five_seconds = wrong-drain
fails: test_the_stop_waits_no_longer_than_it_must = wrong-drain
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
