"""The application has another name.

exercise: 02_fast_and_slow
fails: test_fast_answers_at_once = missing-name
"""

import asyncio

from fastapi import FastAPI

api = FastAPI()


@api.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@api.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
