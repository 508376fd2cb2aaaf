"""A pool of four threads of its own, opened and closed with the app: the rest wait in its queue."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import Request

del reports


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    with ThreadPoolExecutor(SLOTS) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/reports/{number}")
async def report(number: int, request: Request) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(request.app.state.pool, make_report, number)
