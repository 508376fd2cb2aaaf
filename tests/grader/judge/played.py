"""A suite's test played by hand: the judge here, the host in a fork of this process."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from grader.clock import Deadlock, Endless, VirtualLoop
from grader.judge import host
from grader.judge.answer import RemoteAnswer
from grader.judge.line import Line, Unheard
from grader.judge.remote import Remote
from grader.suite.answer import stage
from grader.suite.checks import CheckFailed
from grader.suite.client import Starter
from grader.suite.database import Database
from grader.suite.fakes import Fakes
from grader.suite.stopwatch import Stopwatch
from grader.trace.recorder import Recorder

EVENTS = (CheckFailed, Deadlock, Endless, Unheard)
"""What ends a test that was begun well; an app may bring about any Exception beside them."""

Test = Callable[[Any, Stopwatch, Fakes], Awaitable[None]]
Check = Callable[[Any, Database, Any], Awaitable[Any]]
"""Of a client, the database and the clock."""


async def _play(test: Test, answer: RemoteAnswer, recorder: Recorder) -> None:
    start = Starter(answer, recorder)
    await test(await start(), Stopwatch(recorder.clock), Fakes(answer, recorder))
    await start.close()


@contextlib.contextmanager
def _looping() -> Iterator[tuple[VirtualLoop, Recorder]]:
    """A loop and its recorder; what is left on it is cancelled."""
    with contextlib.closing(VirtualLoop()) as loop:
        loop.set_exception_handler(lambda *_: None)
        yield loop, Recorder(loop.clock, "checkout.py", loop)
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks))


def outcome(line: Line, test: Test) -> str:
    """How the test ends for a judge with this host at the other end."""
    with _looping() as (loop, recorder):
        try:
            remote = Remote(line, recorder)
            with remote.serving():
                loop.run_until_complete(_play(test, RemoteAnswer(remote), recorder))
        except (*EVENTS, Exception) as error:
            return f"{type(error).__name__}: {error}"
    return "passed"


def with_database(line: Line, folder: Path, check: Check) -> Any:
    """What the check returns for a judge with this host at the other end, or its error."""
    with _looping() as (loop, recorder):
        database = Database(recorder)

        async def test(remote: Remote) -> Any:
            start = Starter(RemoteAnswer(remote), recorder)
            client = await start()
            database.run(
                "INSERT INTO stock (id, name, left) VALUES (?, ?, ?)", [(1, "a", 3), (2, "b", 0)]
            )
            found = await check(client, database, loop.clock)
            await start.close()
            return found

        try:
            with database.listening():
                remote = Remote(line, recorder, {"database": database}, folder)
                with remote.serving():
                    return loop.run_until_complete(test(remote))
        except (*EVENTS, Exception) as error:
            return f"{type(error).__name__}: {error}"


@contextlib.contextmanager
def hosted(text: str, folder: Path, make: type[Line] = Line) -> Iterator[Any]:
    """The judge's end of a line to a host with that answer."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            ours.close()
            source = stage(text.encode(), "checkout.py", "checkout.py", folder)
            host.main(Line(theirs), source, 10.0)
        finally:
            os._exit(0)
    theirs.close()
    line = make(ours, 30.0)
    try:
        yield line
    finally:
        line.close()
        os.waitpid(pid, 0)
