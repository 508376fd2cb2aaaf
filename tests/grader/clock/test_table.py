"""The table in the design's README: what a program takes on the virtual clock, exactly."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiosqlite
import fastapi
import httpx
import pytest
import respx
from fastapi.responses import StreamingResponse
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from grader.clock import Deadlock, VirtualLoop

Serve = Callable[[Any], AbstractAsyncContextManager[str]]

app = fastapi.FastAPI()


@app.get("/awaits")
async def awaits() -> None:
    await asyncio.sleep(1)


def block() -> None:
    time.sleep(1)


BLOCK_LINE = block.__code__.co_firstlineno + 1


@app.get("/blocks")
async def blocks() -> None:
    block()


@app.get("/threaded")
def threaded() -> None:
    time.sleep(1)


@app.get("/streams")
async def streams() -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(1)
            yield b"x"

    return StreamingResponse(chunks())


@pytest.fixture(autouse=True)
def _never_stalls(loop: VirtualLoop) -> Iterator[None]:
    """No row of the table needs the monitor's help."""
    yield
    assert loop.clock.stalls == []


async def request(path: str, times: int) -> None:
    """Send `times` requests at once to the app in memory."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        responses = await asyncio.gather(*[client.get(path) for _ in range(times)])
    assert [response.status_code for response in responses] == [200] * times


def slow(seconds: float) -> float:
    """A function for SQL: SELECT slow(0.3)."""
    time.sleep(seconds)
    return seconds


def test_gathered_sleeps_overlap(loop: VirtualLoop) -> None:
    """Two gathered sleeps take as long as the longer one."""

    async def program() -> None:
        await asyncio.gather(asyncio.sleep(1), asyncio.sleep(0.5))

    loop.run_until_complete(program())
    assert loop.time() == 1.0


def test_sleeps_in_a_row_add_up(loop: VirtualLoop) -> None:
    """Two sleeps one after the other take their sum."""

    async def program() -> None:
        await asyncio.sleep(1)
        await asyncio.sleep(0.5)

    loop.run_until_complete(program())
    assert loop.time() == 1.5


@pytest.mark.slow  # FastAPI needs almost a millisecond for each of the 1,000 requests
def test_a_thousand_requests_overlap(loop: VirtualLoop) -> None:
    """1,000 requests to an endpoint that awaits a second take one second."""
    loop.run_until_complete(request("/awaits", 1000))
    assert loop.time() == 1.0
    assert loop.clock.blocking == []


def test_a_blocking_endpoint_serves_one_after_the_other(loop: VirtualLoop) -> None:
    """Ten requests to a coroutine that calls time.sleep(1) take ten seconds, each recorded."""
    loop.run_until_complete(request("/blocks", 10))
    assert loop.time() == 10.0
    recorded = [
        (held.call, held.file, held.line, held.start, held.end) for held in loop.clock.blocking
    ]
    assert recorded == [
        ("time.sleep(1)", __file__, BLOCK_LINE, float(i), float(i + 1)) for i in range(10)
    ]


def test_def_endpoints_share_forty_threads(loop: VirtualLoop) -> None:
    """100 requests to a `def` endpoint of one second run in three waves of 40 threads."""
    loop.run_until_complete(request("/threaded", 100))
    assert loop.time() == 3.0
    assert loop.clock.blocking == []


def test_aiosqlite_connections_overlap(loop: VirtualLoop) -> None:
    """Three aiosqlite connections run their 0.3 s queries at the same time."""

    async def query() -> Any:
        async with aiosqlite.connect(":memory:") as db:
            await db.create_function("slow", 1, slow)
            async with db.execute("SELECT slow(0.3)") as cursor:
                return await cursor.fetchone()

    async def program() -> list[Any]:
        return await asyncio.gather(*[query() for _ in range(3)])

    assert loop.run_until_complete(program()) == [(0.3,)] * 3
    assert loop.time() == 0.3


def test_quick_queries_do_not_time_out(loop: VirtualLoop) -> None:
    """200 quick queries under a time-out of half a second take no time at all."""

    async def program() -> int:
        answers = 0
        async with asyncio.timeout(0.5), aiosqlite.connect(":memory:") as db:
            for _ in range(200):
                async with db.execute("SELECT 1") as cursor:
                    answers += len(list(await cursor.fetchall()))
        return answers

    assert loop.run_until_complete(program()) == 200
    assert loop.time() == 0.0


def test_a_pool_of_two_runs_two_at_a_time(loop: VirtualLoop) -> None:
    """Four sleeps of one second in a pool of two threads take two seconds."""

    async def program() -> None:
        with ThreadPoolExecutor(2) as pool:
            jobs = [loop.run_in_executor(pool, time.sleep, 1) for _ in range(4)]
            await asyncio.gather(*jobs)

    loop.run_until_complete(program())
    assert loop.time() == 2.0


def test_a_result_awaited_on_the_loops_thread(loop: VirtualLoop) -> None:
    """Future.result() on the loop's thread waits for the job's two seconds."""

    async def program() -> None:
        with ThreadPoolExecutor(2) as pool:
            pool.submit(time.sleep, 2).result()

    loop.run_until_complete(program())
    assert loop.time() == 2.0


def test_an_event_nobody_sets(loop: VirtualLoop) -> None:
    """Waiting for an event that nobody sets is a deadlock, at once."""

    async def program() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock, match=r"^nothing is left that could wake this program$"):
        loop.run_until_complete(program())
    assert loop.time() == 0.0


def test_upstream_calls_overlap(loop: VirtualLoop) -> None:
    """50 gathered httpx calls to a respx route of 0.3 s take 0.3 s."""

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.3)
        return httpx.Response(200)

    async def program() -> list[int]:
        with respx.mock() as upstream:
            upstream.get("https://x.example/").mock(side_effect=answer)
            async with httpx.AsyncClient() as client:
                calls = [client.get("https://x.example/") for _ in range(50)]
                return [response.status_code for response in await asyncio.gather(*calls)]

    assert loop.run_until_complete(program()) == [200] * 50
    assert loop.time() == 0.3


def test_sqlalchemy_sessions_overlap(loop: VirtualLoop, tmp_path: Path) -> None:
    """Four AsyncSessions run their 0.4 s queries at the same time."""

    async def program() -> list[Any]:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/x.db")

        @event.listens_for(engine.sync_engine, "connect")
        def connected(connection: Any, _: Any) -> None:
            connection.create_function("slow", 1, slow)

        session_of = async_sessionmaker(engine)

        async def query() -> Any:
            async with session_of() as session:
                return (await session.execute(text("SELECT slow(0.4)"))).scalar_one()

        answers = await asyncio.gather(*[query() for _ in range(4)])
        await engine.dispose()
        return answers

    assert loop.run_until_complete(program()) == [0.4] * 4
    assert loop.time() == 0.4


@pytest.mark.slow  # a loop with real sockets looks at them for 2 real milliseconds before it waits
def test_streams_of_a_real_server_overlap(loop: VirtualLoop, serve: Serve) -> None:
    """20 streams of three seconds from uvicorn in the same loop take three seconds."""

    async def program() -> tuple[float, set[bytes]]:
        async with serve(app) as url, httpx.AsyncClient(timeout=None) as client:
            start = time.monotonic()
            calls = [client.get(f"{url}/streams") for _ in range(20)]
            responses = await asyncio.gather(*calls)
            return time.monotonic() - start, {response.content for response in responses}

    assert loop.run_until_complete(program()) == (3.0, {b"xxx"})


def test_a_process_pool_costs_no_time(loop: VirtualLoop) -> None:
    """Jobs in a process pool finish beside a sleep of one second that stays one second."""

    async def program() -> list[int]:
        with ProcessPoolExecutor(2) as pool:
            jobs = [loop.run_in_executor(pool, os.getpid) for _ in range(4)]
            await asyncio.gather(asyncio.sleep(1), *jobs)
        return [job.result() for job in jobs]

    assert os.getpid() not in loop.run_until_complete(program())
    assert loop.time() == 1.0
