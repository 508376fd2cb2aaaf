"""The fast endpoint is there, the slow one is not.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = not-written
"""

import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    raise NotImplementedError("fast_and_slow: wait a second without holding anyone up")
