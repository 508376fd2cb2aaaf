"""A route of its own kind guards its endpoint; CORS is the only middleware.

whole: the middleware is added otherwise, and its order counts.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute

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


class Guarded(APIRoute):
    inside = 0

    def get_route_handler(self):
        handle = super().get_route_handler()

        async def guarded(request: Request):
            if Guarded.inside >= SLOTS:
                raise HTTPException(503, "full")
            Guarded.inside += 1
            try:
                async with asyncio.timeout(LIMIT):
                    return await handle(request)
            except TimeoutError:
                raise HTTPException(504, "too slow")
            finally:
                Guarded.inside -= 1

        return guarded


app.router.route_class = Guarded


async def make_report(number: int) -> dict:
    """The report itself: takes its time, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return {"report": number}


@app.get("/reports/{number}")
async def report(number: int, request: Request) -> dict:
    """Given; leave it as it is."""
    request.app.state.asked += 1
    return await make_report(number)


app.add_middleware(CORSMiddleware, **CORS)
