"""The fixtures of a suite; plugin.py, which is glue, hands them to pytest."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import CodeType
from typing import Any

import pytest

from grader.security import seals
from grader.suite import settings
from grader.suite.answer import Answer, Source
from grader.suite.circumstances import SERIES, prepared
from grader.suite.client import Client, Starter
from grader.suite.database import Database
from grader.suite.fakes import Fakes
from grader.suite.loading import first_load, load_again, logging_kept
from grader.suite.logs import Logs
from grader.suite.pools import Pools
from grader.suite.stopwatch import Stopwatch
from grader.suite.tidy import Tidy
from grader.suite.trace import Trace
from grader.suite.trials import Trials
from grader.suite.upstream import Upstream
from grader.trace.calls import Calls
from grader.trace.recorder import Recorder, mark_coroutine_function
from grader.trace.sampler import Sampler

SOURCE = pytest.StashKey[Source]()
CODE = pytest.StashKey[CodeType]()
TRACE = pytest.StashKey[Recorder]()
Outside = Callable[[Recorder, Mapping[str, Any]], contextlib.AbstractContextManager[Answer]]
WATCHERS = ("upstream", "database", "logs", "pools")
OUTSIDE = pytest.StashKey[Outside]()
"""What a judge has, in whose process the answer is not: it stands for the answer of one test."""


def source_of(request: pytest.FixtureRequest) -> Source:
    """The answer under test: the child's, or what standalone.py has put there."""
    return request.config.stash[SOURCE]


@pytest.fixture
async def recorder(request: pytest.FixtureRequest) -> AsyncIterator[Recorder]:
    """What the other fixtures write to; a suite asks `trace`."""
    loop: Any = asyncio.get_running_loop()
    recorder = Recorder(loop.clock, source_of(request).shown, loop)
    request.node.stash[TRACE] = recorder
    recorder.circumstance = prepared(request.node)
    # Not as methods: a loop hands both to whoever asks, and a method has its object.
    factory, note_lost = recorder.tasks.factory, recorder.tasks.note_lost
    loop.set_task_factory(lambda *args, **kwargs: factory(*args, **kwargs))
    loop.set_exception_handler(lambda *args: note_lost(*args))
    sleep = mark_coroutine_function(lambda *a, **k: recorder.sleep(*a, **k))
    recorder.clock.on_blocked = recorder.note_blocked
    with (
        seals.put(asyncio, "sleep", sleep),
        seals.unshadowed(loop),
        seals.unshadowed(recorder.clock),
        recorder.handover.following(),
        recorder.raised.watching(),
        logging_kept(),
        Sampler(recorder).sampling(),
    ):
        yield recorder
    await recorder.tasks.abandon()
    loop.set_task_factory(None)


@pytest.fixture
def trace(recorder: Recorder) -> Trace:
    """What ran when, in this test."""
    return Trace(recorder)


@pytest.fixture
def clock(recorder: Recorder) -> Stopwatch:
    """The test's clock: `with clock.takes(1.0, one_by_one=1.5): ...`."""
    return Stopwatch(recorder.clock, recorder.circumstance.stretch, lambda: len(recorder.visits))


@pytest.fixture
def answer(request: pytest.FixtureRequest, recorder: Recorder) -> Iterator[Answer]:
    """The learner's module, loaded afresh for each test, as a restarted server would."""
    source = source_of(request)
    stash = request.config.stash
    if OUTSIDE in stash:
        asked = [name for name in WATCHERS if name in request.fixturenames]
        played = {name: request.getfixturevalue(name) for name in asked}
        with stash[OUTSIDE](recorder, played) as stands_for_it:
            yield stands_for_it
        return
    if CODE not in stash:
        problem = first_load(source, virtual=False)
        if problem is not None:
            pytest.fail(f"{source.shown}: {problem.sentence}", pytrace=False)
        stash[CODE] = source.compile_traced()
    names = {*request.fixturenames}
    for other in request.node.stash.get(SERIES, ()):
        names.update(other.fixturenames)
    for watcher in WATCHERS:
        if watcher in names:
            request.getfixturevalue(watcher)  # it must see what the module does when it loads
    source.clear()
    with settings.kept():
        yield Answer(load_again(source, stash[CODE], Calls(recorder)), source.shown)


@pytest.fixture
def fake(answer: Answer, recorder: Recorder) -> Fakes:
    """Stands in for one of the answer's functions: `fake(name, takes=, returns=, raises=)`."""
    return Fakes(answer, recorder)


@pytest.fixture
async def start(answer: Answer, recorder: Recorder) -> AsyncIterator[Starter]:
    """Starts the answer's app when it is called: `client = await start()`."""
    starter = Starter(answer, recorder)
    yield starter
    await starter.close()


@pytest.fixture
async def client(start: Starter) -> Client:
    """Speaks to the answer's started app."""
    return await start()


@pytest.fixture
def tidy(request: pytest.FixtureRequest, start: Starter, recorder: Recorder) -> Tidy:
    """One look at all that can be left behind: `await tidy()` at a test's end."""
    found = {
        name: request.getfixturevalue(name)
        for name in ("upstream", "database")
        if name in request.fixturenames
    }
    return Tidy(start, recorder, **found)


@pytest.fixture
def trial(answer: Answer, recorder: Recorder) -> Trials:
    """Runs the answer's own tests against programs of the suite's."""
    return Trials(answer, recorder)


@pytest.fixture
def logs(recorder: Recorder) -> Iterator[Logs]:
    """What the answer logs, and when."""
    logs = Logs(recorder)
    with logs.listening():
        yield logs


@pytest.fixture
def upstream(recorder: Recorder) -> Iterator[Upstream]:
    """External HTTP services with latency."""
    upstream = Upstream(recorder)
    with upstream.noting_clients(), upstream:
        yield upstream


@pytest.fixture
def database(recorder: Recorder) -> Iterator[Database]:
    """SQLite with latency."""
    database = Database(recorder)
    with database.listening():
        yield database


@pytest.fixture
def pools() -> Iterator[Pools]:
    """Threads stand in for the processes of pools."""
    pools = Pools()
    with pools.standing_in():
        yield pools
