"""FastAPI's own limit is set to four: every other page waits behind the reports.

fails: test_health_does_not_wait = thread-pool-queue
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

del reports


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = SLOTS
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/reports/{number}")
def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return make_report(number)
