"""A request that is cancelled while it waits for the archive closes nothing.

fails: test_a_request_that_is_cancelled = deadlock
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

ARCHIVE = "https://archive.example.com"
"""Where the films are: ARCHIVE/name."""

licences = asyncio.Semaphore(2)
"""The library's licences: hold one while a film runs. `async with licences` waits for one."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for the app, with four connections. Given; leave it as it is."""
    limits = httpx.Limits(max_connections=4)
    async with httpx.AsyncClient(timeout=5.0, limits=limits) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    opened = AsyncExitStack()
    try:
        await opened.enter_async_context(licences)
        ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
        film = await opened.enter_async_context(ask)
        film.raise_for_status()
    except httpx.HTTPError:
        await opened.aclose()
        raise HTTPException(502, "The archive has no such film.")

    async def body() -> AsyncIterator[bytes]:
        async with opened:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
