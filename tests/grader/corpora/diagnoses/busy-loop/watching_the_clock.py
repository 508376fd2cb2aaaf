"""Waits by looking at the clock again and again.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = busy-loop
"""

import asyncio
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    end = time.monotonic() + 1
    while time.monotonic() < end:
        pass
    return {"status": "done", "waited": "1 second"}
