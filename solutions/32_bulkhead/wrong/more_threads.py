"""Two hundred threads for all: nobody waits for one, and eighty reports are made at once.

fails: test_four_at_a_time = too-many-in-flight
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

del reports


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = 200
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/reports/{number}")
def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return make_report(number)
