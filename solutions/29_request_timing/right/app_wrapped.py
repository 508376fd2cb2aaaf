"""No add_middleware: one app around the other, so that it sees the 500 leave as well.

whole: the app is given its name twice.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextvars import ContextVar

from fastapi import BackgroundTasks, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("shop")
app = FastAPI()

request_id: ContextVar[str] = ContextVar("request_id", default="none")
"""The id of the request that is being answered: each task has its own. Given."""


def write_line(id: str, status: int, duration: float) -> None:
    """One line of the log, with three fields to search by. Given; leave it as it is."""
    fields = {"request_id": id, "status": status, "duration": duration}
    log.info("answered %d after %.1f s", status, duration, extra=fields)


async def next_row(report: int, number: int) -> str:
    """A row of a report: takes 1 s. Given; leave it as it is."""
    await asyncio.sleep(1)
    return f"row {number} of {report}"


async def find_order(number: int) -> dict | None:
    """An order, or None: takes 0.5 s, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return {"order": number}


async def send_receipt(number: int) -> None:
    """An e-mail: takes 2 s. Given; leave it as it is."""
    await asyncio.sleep(2)


@app.get("/reports/{report}")
async def read_report(report: int) -> StreamingResponse:
    """Three rows, each as soon as it is there. Given; leave it as it is."""

    async def rows() -> AsyncIterator[str]:
        for number in range(3):
            yield f"{await next_row(report, number)}\n"

    return StreamingResponse(rows(), media_type="text/plain")


@app.get("/orders/{number}")
async def read_order(number: int) -> dict:
    """An order, and the request's own id; a 404 for None. Given; leave it as it is."""
    order = await find_order(number)
    if order is None:
        raise HTTPException(404)
    return {"order": order, "request_id": request_id.get()}


@app.post("/orders/{number}/receipt", status_code=202)
async def order_receipt(number: int, tasks: BackgroundTasks) -> dict:
    """The receipt leaves after the response. Given; leave it as it is."""
    tasks.add_task(send_receipt, number)
    return {"order": await find_order(number)}


class RequestTiming:
    """Gives each request an id, and writes one line about it when its response has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        end: float | None = None
        status = 500
        id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex

        async def send_on(message: Message) -> None:
            nonlocal status, end
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = id
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                end = time.perf_counter()

        request_id.set(id)
        try:
            await self.app(scope, receive, send_on)
        finally:
            write_line(id, status, (time.perf_counter() if end is None else end) - start)


app = RequestTiming(app)
