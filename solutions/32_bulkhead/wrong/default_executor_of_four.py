"""asyncio's own pool is made one of four threads: the prices wait behind the reports.

fails: test_prices_do_not_wait = thread-pool-queue
"""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

del reports


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(SLOTS))
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return await asyncio.to_thread(make_report, number)
