"""Awaits time.sleep, which has slept already and gives back nothing to await.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = server-error
"""

import time
import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    await time.sleep(1)
    return {"status": "done", "waited": "1 second"}
