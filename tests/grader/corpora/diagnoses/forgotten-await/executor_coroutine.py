"""run_in_executor(None, asyncio.sleep, 1): an async def in a thread only makes a coroutine.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = forgotten-await
"""

import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, asyncio.sleep, 1)
    return {"status": "done", "waited": "1 second"}
