"""CONTRIBUTING.md's worked examples are tests of a suite, and pass."""

import asyncio
import inspect
import math
import random
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import grader
from grader import suite as checks
from grader.suite.client import Client, Starter
from grader.suite.database import Database
from grader.suite.fakes import Fakes
from grader.suite.logs import Logs
from grader.suite.stopwatch import Stopwatch
from grader.suite.tidy import Tidy
from grader.suite.trace import Trace
from grader.suite.upstream import Upstream

ANSWER = '''
import asyncio
import logging
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import httpx
from fastapi import FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

FILES = "https://files.example.com"
FILE = Path(__file__).with_name("bank.db")
log = logging.getLogger(__name__)
jobs = set()
room = set()


async def warm_up():
    """Given."""


async def run_job(job_id):
    """Given."""


async def guarded(job_id):
    try:
        await run_job(job_id)
    except Exception:
        log.exception("job %s failed", job_id)


@asynccontextmanager
async def lifespan(app):
    await warm_up()
    limits = httpx.Limits(max_connections=2)
    async with httpx.AsyncClient(timeout=5.0, limits=limits) as client:
        async with aiosqlite.connect(FILE) as db:
            await db.execute("CREATE TABLE IF NOT EXISTS accounts (id INTEGER, balance INTEGER)")
            await db.commit()
        app.state.client = client
        yield
    if jobs:
        _, late = await asyncio.wait(jobs, timeout=5.0)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


app = FastAPI(lifespan=lifespan)


@app.get("/download/{name}")
async def download(name: str):
    file = app.state.client.stream("GET", f"{FILES}/{name}")
    response = await file.__aenter__()
    if response.status_code != 200:
        await file.__aexit__(None, None, None)
        raise HTTPException(502)

    async def body():
        try:
            async for piece in response.aiter_raw():
                yield piece
        finally:
            await file.__aexit__(None, None, None)

    return StreamingResponse(body())


@app.websocket("/auction")
async def auction(socket: WebSocket):
    await socket.accept()
    room.add(socket)
    try:
        while True:
            bid = await socket.receive_text()
            sends = (other.send_text(bid) for other in room)
            await asyncio.gather(*sends, return_exceptions=True)
    except WebSocketDisconnect:
        pass
    finally:
        room.discard(socket)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int):
    task = asyncio.create_task(guarded(job_id))
    jobs.add(task)
    task.add_done_callback(jobs.discard)


@app.post("/transfers")
async def transfer(source: int, target: int, amount: int):
    try:
        async with asyncio.timeout(1.0), aiosqlite.connect(FILE) as db:
            await db.execute("BEGIN IMMEDIATE")
            step = "UPDATE accounts SET balance = balance + ? WHERE id = ?"
            await db.execute(step, (-amount, source))
            await db.execute(step, (amount, target))
            await db.commit()
    except TimeoutError:
        raise HTTPException(504)
'''

PAGE = Path(grader.__file__).parent.parent / "CONTRIBUTING.md"
EXAMPLES = PAGE.read_text("utf-8").partition("### Worked examples")[2].partition("### 2.")[0]
BLOCKS = re.findall(r"```python\n(async def (test_\w+).*?)```", EXAMPLES, re.DOTALL)
GIVEN = {
    "asyncio": asyncio,
    "httpx": httpx,
    "math": math,
    "random": random,
    "FILES": "https://files.example.com",
}


def test_there_are_examples() -> None:
    """The page's section is still where it is looked for."""
    assert len(BLOCKS) == 11


@pytest.mark.parametrize(("block", "name"), BLOCKS, ids=[name for _, name in BLOCKS])
async def test_an_example_passes(
    block: str,
    name: str,
    client: Client,
    clock: Stopwatch,
    database: Database,
    fake: Fakes,
    logs: Logs,
    start: Starter,
    tidy: Tidy,
    trace: Trace,
    upstream: Upstream,
) -> None:
    """With what a suite imports, and the fixtures that it asks for."""
    given = {key: value for key, value in locals().items() if key not in ("block", "name")}
    suite: dict[str, Any] = {**GIVEN, **{key: getattr(checks, key) for key in checks.__all__}}
    exec(block, suite)
    await suite[name](**{key: given[key] for key in inspect.signature(suite[name]).parameters})
