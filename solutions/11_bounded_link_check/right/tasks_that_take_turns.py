"""Each task waits for an Event of its own; who has ended wakes the next in the row."""

import asyncio
from collections import deque
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


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    free = AT_ONCE
    row: deque[asyncio.Event] = deque()

    async def one(url: str) -> int | None:
        nonlocal free
        if free == 0:
            turn = asyncio.Event()
            row.append(turn)
            await turn.wait()
        else:
            free -= 1
        try:
            return await look_up(url)
        except Exception:
            return None
        finally:
            if row:
                row.popleft().set()
            else:
                free += 1

    async with asyncio.TaskGroup() as group:
        tasks = {url: group.create_task(one(url)) for url in urls}
    return {url: task.result() for url, task in tasks.items()}


@app.post("/check")
async def check(links: Links) -> dict[str, int | None]:
    """Looks up all links of a page. Given; leave it as it is."""
    return await check_all(links.urls)
