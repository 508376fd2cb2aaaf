"""Ten sleeps of 0.1 s run at the same time: 0.1 s; they are all awaited.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = too-early
"""

import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    await asyncio.gather(*[asyncio.sleep(0.1) for _ in range(10)])
    return {"status": "done", "waited": "1 second"}
