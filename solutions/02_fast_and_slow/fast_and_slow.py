"""await asyncio.sleep(1) says to the event loop: wake me in a second.

Until then this request costs nothing but an entry in the loop's list of timers, and the
loop serves everybody else, whether they are five or five thousand.
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
    await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
