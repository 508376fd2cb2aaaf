"""Two endpoints on one server: a fast one, and a slow one that holds nobody up."""

import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    raise NotImplementedError("fast_and_slow: answer at once")


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    raise NotImplementedError("fast_and_slow: wait a second without holding anyone up")
