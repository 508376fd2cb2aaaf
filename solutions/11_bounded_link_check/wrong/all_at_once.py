"""A hundred at once: the client has ten connections, and who waits 5 s for one gets a PoolTimeout.

fails: test_ten_at_a_time = too-many-in-flight
fails: test_a_slow_one_holds_one_place = too-many-in-flight
fails: test_failures_are_null = too-many-in-flight
fails: test_each_list_has_its_ten = too-many-in-flight
fails: test_nobody_waits_too_long_for_a_connection = wrong-value
fails: test_the_request_is_cancelled = too-many-in-flight
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


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    found = await asyncio.gather(*map(status_of, urls))
    return dict(zip(urls, found))


@app.post("/check")
async def check(links: Links) -> dict[str, int | None]:
    """Looks up all links of a page. Given; leave it as it is."""
    return await check_all(links.urls)
