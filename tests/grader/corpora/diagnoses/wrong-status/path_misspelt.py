"""The path of a route has a slip.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = wrong-status
"""

import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@app.get("/slwo")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
