# exercise: fast_and_slow
# status: passed
# points: 8
# Two endpoints on one server: a fast one, and a slow one that holds nobody up.

from datetime import datetime, timedelta
import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    until = datetime.now() + timedelta(seconds=1)
    while (left := (until - datetime.now()).total_seconds()) > 0:
        await asyncio.sleep(left)
    return {"status": "done", "waited": "1 second"}
