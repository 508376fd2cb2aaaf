"""A time limit on a future that nobody completes: an unusual way to wait, and right."""

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
    late = asyncio.get_running_loop().create_future()
    try:
        await asyncio.wait_for(late, 1)
    except TimeoutError:
        return {"status": "done", "waited": "1 second"}
    return {}
