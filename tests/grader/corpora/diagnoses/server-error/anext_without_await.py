"""The first piece is asked for, and not waited for.

exercise: 17_close_the_stream
fails: test_a_missing_film_is_a_502 = server-error
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


async def opened(name: str) -> AsyncIterator:
    async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
        film.raise_for_status()
        yield b""
        async for piece in film.aiter_bytes():
            yield piece


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    pieces = opened(name)
    try:
        anext(pieces)
    except httpx.HTTPError:
        raise HTTPException(502, "The archive has no such film.")
    return StreamingResponse(pieces)
