"""The `async with` ends as the endpoint returns, before a byte has been sent.

fails: test_the_first_bytes_come_at_once = server-error
fails: test_a_slow_viewer_is_waited_for = server-error
fails: test_a_licence_is_held_while_the_film_runs = server-error
fails: test_a_502_gives_everything_back = server-error
fails: test_an_archive_out_of_reach_is_a_502 = server-error
fails: test_a_viewer_who_leaves = server-error
fails: test_a_film_that_breaks_off = server-error
fails: test_a_request_that_is_cancelled = server-error
fails: test_nothing_is_left = server-error
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
    try:
        async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
            film.raise_for_status()
            return StreamingResponse(film.aiter_bytes())
    except httpx.HTTPError:
        raise HTTPException(502, "The archive has no such film.")
