"""A second visitor takes a lock of threads while the first one awaits with it.

exercise: 02_fast_and_slow
fails: test_two_hundred_at_once = deadlock
"""

import asyncio
import threading

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


gate = threading.Lock()


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    with gate:
        await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
