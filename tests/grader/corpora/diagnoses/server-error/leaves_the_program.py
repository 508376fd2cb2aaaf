"""Ends the program where the function should end.

exercise: 02_fast_and_slow
fails: test_fast_answers_at_once = server-error
"""

import asyncio
import sys

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    sys.exit({"status": "fast"})


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
