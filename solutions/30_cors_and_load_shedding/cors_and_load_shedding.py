"""The guard stands inside CORS: what it answers goes out through CORS, and has its header.

The middleware that is added last is the outermost. So a preflight is answered before the guard has
seen it, and takes no slot. The time limit stands around the app itself, in the same task: when it
is over, the work is cancelled, and the slot is free because nothing needs it any more.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

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


class Guard:
    """Lets in SLOTS requests at a time, turns others away with 503, ends each at LIMIT with 504."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.inside >= SLOTS:
            await JSONResponse({"detail": "full"}, 503)(scope, receive, send)
            return
        self.inside += 1
        try:
            async with asyncio.timeout(LIMIT) as limit:
                await self.app(scope, receive, send)
        except TimeoutError:
            if not limit.expired():
                raise  # the report has failed by itself
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
        finally:
            self.inside -= 1


app.add_middleware(Guard)
app.add_middleware(CORSMiddleware, **CORS)
