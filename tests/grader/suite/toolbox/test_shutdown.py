"""`client.stop`, `start` and `tidy`: how an app begins and ends, and what it leaves behind."""

import asyncio
from typing import Any

import pytest

from grader.diagnosis import diagnose
from grader.suite import CheckFailed, evidence, same, status
from grader.suite.answer import Answer
from grader.suite.client import Client, Starter
from grader.suite.fakes import Fakes
from grader.suite.stopwatch import Stopwatch
from grader.suite.tidy import Tidy
from grader.suite.trace import Trace
from grader.suite.upstream import Upstream
from grader.trace.recorder import Recorder

ANSWER = '''
import asyncio
import time
from contextlib import asynccontextmanager

import httpx
from fastapi import BackgroundTasks, FastAPI

told = []
kept = []
forgets = False


async def warm_up():
    """Given."""


async def work(seconds):
    """Given."""


@asynccontextmanager
async def lifespan(app):
    await warm_up()
    told.append("up")
    cleaner = asyncio.create_task(work(1000))
    yield
    told.append("down")
    await asyncio.sleep(0.5)
    if not forgets:
        cleaner.cancel()


app = FastAPI(lifespan=lifespan)


@app.get("/work/{seconds}")
async def get(seconds: float):
    try:
        await asyncio.sleep(seconds)
        told.append(f"worked {seconds:g} s")
    except asyncio.CancelledError:
        told.append("cancelled")
        raise


@app.get("/later")
async def later(tasks: BackgroundTasks):
    tasks.add_task(work, 1)


@app.get("/blocks")
async def blocks():
    time.sleep(0.3)


@app.get("/task/{seconds}")
async def task(seconds: int):
    kept.append(asyncio.create_task(work(seconds)))


@app.get("/client")
async def client():
    kept.append(httpx.AsyncClient())


@app.get("/busy")
async def busy():
    kept.append(asyncio.create_task(asyncio.sleep(1000)))
'''


async def test_requests_end_before_the_lifespan(
    client: Client, clock: Stopwatch, answer: Answer
) -> None:
    """They have `grace` seconds; then they are cancelled, and the app shuts down."""
    short = asyncio.create_task(client.get("/work/1"))
    long = asyncio.create_task(client.get("/work/60"))
    await clock.sleep(0.1)
    with clock.takes(3.5, what="The app had stopped", at_once=0.5):
        await client.stop(grace=3.0)
    same(answer.told, ["up", "worked 1 s", "cancelled", "down"])
    status(await short, 200)
    with pytest.raises(RuntimeError, match="the app cancelled its own request"):
        await long
    assert client.lifespan.failure is None


async def test_a_stop_names_what_was_expected_then(client: Client, clock: Stopwatch) -> None:
    """`what` is in the check, for the sentence."""
    with pytest.raises(CheckFailed) as failed, clock.takes(5.0, what="The app had stopped"):
        await client.stop()
    check: Any = failed.value.check
    assert (check.what, check.actual_seconds) == ("The app had stopped", 0.5)


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        (5.0, "work(60) (line 59) still ran then."),
        (0.0, "sleep(0.5) (line 29) ended then."),
    ],
)
async def test_a_stop_at_another_moment_is_a_check_of_its_own(
    client: Client,
    clock: Stopwatch,
    fake: Fakes,
    recorder: Recorder,
    expected: float,
    what: str,
) -> None:
    """Its sentence names what was cut off, or what was waited for."""
    fake("work", takes=60.0, background=True)
    await client.get("/task/60")
    with pytest.raises(CheckFailed) as failed, clock.stops(expected, at_once=0.5):
        await client.stop()
    failure = diagnose(evidence.collect(failed.value, recorder, []), "exercises/answer.py")
    assert failure.diagnosis == "wrong-drain"
    assert failure.why == (
        f"The app stopped after 0.5 s, at once; {expected} s would be right. {what}"
    )
    with clock.stops(0.0):
        await client.stop()


async def test_a_shutdown_that_fails_is_told(start: Starter, answer: Answer) -> None:
    """What the lifespan raises is raised, and is kept; one that was cancelled says so."""
    client = await start()
    answer.replace("told", None)
    with pytest.raises(AttributeError):
        await client.stop()
    assert isinstance(client.lifespan.failure, AttributeError)


async def test_a_shutdown_that_was_cancelled_says_so(client: Client) -> None:
    assert client.lifespan.task is not None
    client.lifespan.task.cancel()
    with pytest.raises(RuntimeError, match="the app's lifespan was cancelled after its start"):
        await client.stop()
    assert isinstance(client.lifespan.failure, RuntimeError)


async def test_what_the_lifespan_started_ends_with_it(
    start: Starter, fake: Fakes, answer: Answer, trace: Trace
) -> None:
    """While the app is up, its own task is no leftover; when it has stopped, it is one."""
    fake("work", takes=1000.0, background=True)
    answer.replace("forgets", True)
    client = await start()
    assert trace.leaked() == []
    await client.stop()
    (left,) = trace.leaked()
    assert left.what == "the task work"


async def test_the_suite_starts_the_app(start: Starter, fake: Fakes, clock: Stopwatch) -> None:
    """Its stand-ins are in place before the lifespan begins."""
    warmed = fake("warm_up", takes=5.0)
    with clock.takes(5.0):
        client = await start()
    warmed.was_called(1)
    status(await client.get("/work/0"), 200)


async def test_an_app_that_is_not_up_yet_can_be_stopped(start: Starter, fake: Fakes) -> None:
    """A suite that gives up on it needs nothing else."""
    fake("warm_up", takes=5.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await start()
    await start.clients[0].stop()
    assert isinstance(start.clients[0].lifespan.failure, RuntimeError)


async def test_a_tidy_app_passes(client: Client, tidy: Tidy, clock: Stopwatch) -> None:
    status(await client.get("/work/0.1"), 200)
    with clock.takes(0.5):
        await tidy()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/blocks", "0.3 s"),
        ("/client", "an httpx.AsyncClient"),
        ("/busy", "the task sleep"),
    ],
)
async def test_tidy_finds_what_is_left(
    client: Client, upstream: Upstream, tidy: Tidy, path: str, found: str
) -> None:
    await client.get(path)
    with pytest.raises(CheckFailed) as failed:
        await tidy()
    assert failed.value.check.actual == found


@pytest.mark.parametrize("path", ["/task/1", "/later"])
async def test_tidy_finds_a_failure_that_nobody_saw(
    client: Client, tidy: Tidy, answer: Answer, clock: Stopwatch, path: str
) -> None:
    """A background task's error, and that of a task which a list still holds."""

    async def work(_seconds: float) -> None:
        raise ValueError("no ink")

    answer.replace("work", work)
    status(await client.get(path), 200)
    await clock.sleep(1.0)
    with pytest.raises((CheckFailed, ValueError)) as failed:
        await tidy()
    assert "ValueError" in str(failed.value) or str(failed.value) == "no ink"


async def test_tidy_leaves_alone_what_the_suite_ordered(
    client: Client, tidy: Tidy, fake: Fakes, trace: Trace, clock: Stopwatch
) -> None:
    """A stand-in's own error is no finding."""
    fake("work", raises=ValueError("no ink"))
    status(await client.get("/later"), 200)
    await clock.sleep(0.1)
    assert trace.server_errors
    await tidy()
