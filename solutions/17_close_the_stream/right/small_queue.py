"""A task fetches, a piece ahead; the body's generator ends it when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
    pieces: asyncio.Queue = asyncio.Queue(maxsize=1)

    async def fetch() -> None:
        try:
            async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
                film.raise_for_status()
                await pieces.put(b"")
                async for piece in film.aiter_bytes():
                    await pieces.put(piece)
            await pieces.put(None)
        except httpx.HTTPError as error:
            await pieces.put(error)

    task = asyncio.create_task(fetch())
    try:
        first = await pieces.get()
        if isinstance(first, httpx.HTTPError):
            raise HTTPException(502, "The archive has no such film.")
    except BaseException:
        task.cancel()
        await asyncio.wait([task])
        raise

    async def body() -> AsyncIterator[bytes]:
        try:
            while (piece := await pieces.get()) is not None:
                if isinstance(piece, httpx.HTTPError):
                    raise piece
                yield piece
        finally:
            task.cancel()

    return StreamingResponse(body())
