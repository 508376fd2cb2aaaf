"""Slot and limit stand in the endpoint: what it raises goes out through CORS, too.

whole: the middleware is added otherwise, and its order counts.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware

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


slots = asyncio.Semaphore(SLOTS)


@app.get("/reports/{number}")
async def report(number: int, request: Request) -> dict:
    request.app.state.asked += 1
    if slots.locked():
        raise HTTPException(503, "full")
    async with slots:
        try:
            async with asyncio.timeout(LIMIT):
                return await make_report(number)
        except TimeoutError:
            raise HTTPException(504, "too slow")


app.add_middleware(CORSMiddleware, **CORS)
