"""The 502 closes the archive's response, and keeps the licence.

fails: test_a_missing_film_is_a_502 = deadlock
"""

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
    await licences.acquire()
    request = app.state.client.build_request("GET", f"{ARCHIVE}/{name}")
    try:
        film = await app.state.client.send(request, stream=True)
    except BaseException as error:
        licences.release()
        if isinstance(error, httpx.TransportError):
            raise HTTPException(502, "The archive cannot be reached.")
        raise
    if film.is_error:
        await film.aclose()
        raise HTTPException(502, "The archive has no such film.")

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in film.aiter_bytes():
                yield piece
        finally:
            licences.release()
            await film.aclose()

    return StreamingResponse(body())
