"""A middleware that does not pass the request on.

exercise: 02_fast_and_slow
fails: test_fast_answers_at_once = unexpected-error
"""

import asyncio

from fastapi import FastAPI

app = FastAPI()


class Timing:
    """Would measure each request."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)


app.add_middleware(Timing)


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
