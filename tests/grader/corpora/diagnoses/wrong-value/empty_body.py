"""The response has no body at all.

exercise: 02_fast_and_slow
fails: test_fast_answers_at_once = wrong-value
"""

import asyncio

from fastapi import FastAPI, Response

app = FastAPI()


@app.get("/fast")
async def fast() -> Response:
    """Answer at once: {"status": "fast"}."""
    return Response(status_code=200)


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
