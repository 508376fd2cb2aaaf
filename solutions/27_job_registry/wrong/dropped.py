"""Kept while the app runs, and forgotten when it stops.

fails: test_the_stop_waits_five_seconds = too-early
fails: test_the_stop_waits_no_longer_than_it_must = too-early
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
