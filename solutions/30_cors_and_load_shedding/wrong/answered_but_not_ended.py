"""A limit around call_next: the 504 leaves, and the work behind it goes on, without a slot.

fails: test_what_is_too_slow_is_ended = answered-not-ended
whole: the middleware is added otherwise, and its order counts.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

SHOP = "https://shop.example.com"
"""Its pages, and no others, may read what this app answers."""
CORS = {"allow_origins": [SHOP], "allow_methods": ["GET"], "allow_headers": ["x-token"]}
SLOTS = 10
"""So many reports may be in the making at once."""
LIMIT = 1.0
"""Seconds that a report may take."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Given; leave it as it is."""
    app.state.asked = 0
    yield


app = FastAPI(lifespan=lifespan)


async def make_report(number: int) -> dict:
    """The report itself: takes its time, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return {"report": number}


@app.get("/reports/{number}")
async def report(number: int, request: Request) -> dict:
    """Given; leave it as it is."""
    request.app.state.asked += 1
    return await make_report(number)


inside = 0


@app.middleware("http")
async def guard(request: Request, call_next):
    global inside
    if inside >= SLOTS:
        return JSONResponse({"detail": "full"}, 503)
    inside += 1
    try:
        async with asyncio.timeout(LIMIT):
            return await call_next(request)
    except TimeoutError:
        return JSONResponse({"detail": "too slow"}, 504)
    finally:
        inside -= 1


app.add_middleware(CORSMiddleware, **CORS)
