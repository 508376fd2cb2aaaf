"""Ten workers take URL after URL from a queue until it is empty."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from fastapi import FastAPI
from pydantic import BaseModel

AT_ONCE = 10
"""URLs of a list that may be looked up at the same time."""


class Links(BaseModel):
    urls: list[str]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    limits = httpx.Limits(max_connections=10)
    async with httpx.AsyncClient(limits=limits, timeout=5.0) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


async def look_up(url: str) -> int:
    """The status that a URL answers with; may raise. Given; leave it as it is."""
    response = await app.state.client.get(url)
    return response.status_code


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    for url in urls:
        queue.put_nowait(url)
    found: dict[str, int | None] = dict.fromkeys(urls)

    async def work() -> None:
        while not queue.empty():
            url = queue.get_nowait()
            found[url] = await status_of(url)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    return found


@app.post("/check")
async def check(links: Links) -> dict[str, int | None]:
    """Looks up all links of a page. Given; leave it as it is."""
    return await check_all(links.urls)
