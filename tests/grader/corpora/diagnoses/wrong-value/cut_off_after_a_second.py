"""What has not ended after a second is cancelled, and its links are told as broken.

exercise: 11_bounded_link_check
fails: test_ten_at_a_time = wrong-value
"""

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


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def status_of(url: str) -> int | None:
        async with places:
            try:
                return await look_up(url)
            except Exception:
                return None

    checks = {url: asyncio.create_task(status_of(url)) for url in urls}
    done, late = await asyncio.wait(checks.values(), timeout=1.0)
    for check in late:
        check.cancel()
    return {url: check.result() if check in done else None for url, check in checks.items()}


@app.post("/check")
async def check(links: Links) -> dict[str, int | None]:
    """Looks up all links of a page. Given; leave it as it is."""
    return await check_all(links.urls)
