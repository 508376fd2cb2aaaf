"""A response of its own kind closes at the end of its own sending, whether a body began or not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

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


class Film(StreamingResponse):
    def __init__(self, film: httpx.Response, opened: AsyncExitStack) -> None:
        super().__init__(film.aiter_bytes())
        self.opened = opened

    async def __call__(self, scope, receive, send) -> None:
        async with self.opened:
            await super().__call__(scope, receive, send)


@app.get("/films/{name}")
async def watch(name: str) -> Response:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    opened = AsyncExitStack()
    try:
        await opened.enter_async_context(licences)
        ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
        film = await opened.enter_async_context(ask)
        film.raise_for_status()
    except BaseException as error:
        await opened.aclose()
        if isinstance(error, httpx.HTTPError):
            raise HTTPException(502, "The archive has no such film.")
        raise
    return Film(film, opened)
