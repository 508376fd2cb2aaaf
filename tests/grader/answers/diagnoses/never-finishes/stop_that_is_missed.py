"""Counts tenths until they are exactly 1.0, which they never are.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = never-finishes
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
    waited = 0.0
    while waited != 1.0:
        await asyncio.sleep(0.1)
        waited += 0.1
    return {"status": "done", "waited": "1 second"}
