"""pytest glue: hands each test of a suite its clock's loop and its fixtures. Glue only.

Loaded by a grader's child (child/collection.py) and, with standalone.py beside it, by a plain
`pytest tests/exercises/06_checkout` (course/pytest.ini).
"""

from grader import clock as clock_module

clock_module.install()  # before anything imports a library that takes a lock by name

import asyncio  # noqa: E402
import functools  # noqa: E402
import gc  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable, Iterator, Mapping, Sequence  # noqa: E402
from contextlib import AbstractContextManager, nullcontext  # noqa: E402
from pathlib import Path  # noqa: E402
from types import ModuleType  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402

from grader.clock import VirtualLoop, WallLoop, virtual  # noqa: E402
from grader.clock.errors import Stuck  # noqa: E402
from grader.course.folders import SETTINGS  # noqa: E402
from grader.security import seals  # noqa: E402
from grader.suite import evidence, fixtures  # noqa: E402
from grader.suite.circumstances import (  # noqa: E402
    CIRCUMSTANCE,
    FAKED,
    REQUESTS,
    ROUTES,
    STOPS,
    Dice,
    prepared,
)
from grader.suite.examiner import Examiner  # noqa: E402
from grader.suite.fixtures import SOURCE, TRACE  # noqa: E402
from grader.suite.guard import GUARD, Guard, share  # noqa: E402
from grader.trace.circumstance import DICE  # noqa: E402
from grader.trace.origins import ORIGIN_FRAMES  # noqa: E402
from grader.trace.timers import can_ring, real_time  # noqa: E402

WARNINGS = pytest.StashKey[Sequence[warnings.WarningMessage]]()
FAILED = pytest.StashKey[set[str]]()
GUARD_SECONDS = pytest.StashKey[float]()
DEADLINE = pytest.StashKey[float]()
"""The moment, in real_time(), at which all tests of an answer should be over."""
ENDED = pytest.StashKey[bool]()
TIMED_OUT = pytest.StashKey[bool]()
AFTER_TIME_OUT = 2.0
"""CPU seconds of a test after the guard has ended another test of the same answer."""
EXAMINED = 4
"""A circumstance may compute so many times longer: most of it is for visitors of the examiner's."""
JUMPS_AFTER_TIME_OUT = 10_000
"""Moves of the clock in such a test."""

virtual.on_moved = lambda: seals.note("the clock")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("awaitlings")
    group.addoption("--clock", choices=["virtual", "real"], default="virtual")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "points(n): what the test is worth; 1 without it")
    config.addinivalue_line("markers", "except_for(circumstance, why): is not run under it")
    config.addinivalue_line("markers", "inside(why): needs the answer in its own process")
    config.addinivalue_line("markers", "needs(name): means nothing when that test failed")
    config.pluginmanager.register(fixtures)
    config.stash[FAILED] = set()
    config.stash[TIMED_OUT] = False


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if not is_suite(item.path):
        return {"asyncio": asyncio.new_event_loop}

    def new_loop() -> asyncio.AbstractEventLoop:
        # Asked late: a child learns its clock after its suite was collected.
        if config.getoption("clock") != "virtual":
            return WallLoop()
        loop = VirtualLoop()
        if config.stash[TIMED_OUT]:
            loop.clock.max_jumps = JUMPS_AFTER_TIME_OUT
        return loop

    return {"clock": new_loop}


_suites: set[Path] = set()


def remember_suite(path: Path) -> None:
    """Know the suite later too, when a sandbox hides its folder."""
    _suites.add(path)


def is_suite(path: Path) -> bool:
    return path in _suites or (path.parent / SETTINGS).is_file()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let an editor list the tests under their plain names.

    The clock's loop is a hidden parameter of each test. VS Code takes an item that has
    parameters for one with brackets in its name, and its whole list of tests fails.
    """
    if session.config.option.collectonly:
        for item in session.items:
            if "[" not in item.name and hasattr(item, "callspec"):
                del item.callspec


def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool | None:
    if not is_suite(item.path) or not can_ring():
        return None
    stash = item.config.stash
    seconds = guard_seconds(item, stash.get(GUARD_SECONDS, settings.timeout))
    real_seconds = None
    if DEADLINE in stash:
        items = item.session.items
        left = max(0.0, stash[DEADLINE] - real_time())
        real_seconds = share(left, len(items) - items.index(item), tired=stash[TIMED_OUT])
    guard = Guard(
        seconds,
        file=lambda: stash[SOURCE].shown if SOURCE in stash else "",
        on_first=lambda: _cancel_requests(item),
        real_seconds=real_seconds,
    )
    item.stash[GUARD] = guard
    guard.start()
    return True


def guard_seconds(item: pytest.Item, usual: float) -> float:
    """CPU seconds that the test may take: fewer after the guard has ended one of this answer."""
    if item.config.stash[TIMED_OUT]:
        return min(usual, AFTER_TIME_OUT)
    return usual * (EXAMINED if CIRCUMSTANCE in item.stash else 1)


def _cancel_requests(item: pytest.Item) -> None:
    """A hundred requests that each loop for ever need not be ended one by one."""
    recorder = item.stash.get(TRACE, None)
    if recorder is not None:
        recorder.tasks.cancel_requests()


def pytest_timeout_cancel_timer(item: pytest.Item) -> bool | None:
    guard = item.stash.get(GUARD, None)
    if guard is None:
        return None
    guard.stop()
    trace = item.stash.get(TRACE, None)
    clock = None if trace is None else trace.clock
    if guard.rang or (isinstance(clock, virtual.VirtualClock) and clock.jumps > clock.max_jumps):
        item.config.stash[TIMED_OUT] = True
    return True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    guard = item.stash.get(GUARD, None)
    if guard is None:
        return (yield)
    guard.start_again(AFTER_TIME_OUT)
    for finalizers, _ in item.session._setupstate.stack.values():
        finalizers[:] = [functools.partial(_finalize, each) for each in finalizers]
    try:
        with guard.armed():
            return (yield)
    finally:
        guard.stop()


def _finalize(finalizer: Callable[[], object]) -> None:
    """pytest does the rest of a clean-up only after an Exception, and a Stuck is none.

    Else the next test would have this one's event loop and stand-ins.
    """
    try:
        finalizer()
    except Stuck as error:
        raise RuntimeError("an app that does not stop") from error


# -- one test ----------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """No garbage collection while a test runs: no verdict may depend on when it happens.

    It can also deadlock: a collection within a SQLAlchemy call that finds a lost connection
    waits for it to close, and the call may have a lock that closing needs.
    """
    if not is_suite(item.path) or not gc.isenabled():
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect(0)  # enough: without collections all new objects stay in generation 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and is_suite(item.path):
            item.obj = _noting_its_end(item, item.obj)


def _noting_its_end(item: pytest.Item, test: Callable[..., Any]) -> Callable[..., Any]:
    """Note whether the test function itself ended: an answer may cancel the test's task."""

    @functools.wraps(test)
    async def run(*args: Any, **kwargs: Any) -> None:
        item.stash[ENDED] = False
        if CIRCUMSTANCE not in item.stash:
            await test(*args, **kwargs)
        else:
            assert isinstance(item, pytest.Function)
            await Examiner(item, item.stash[TRACE], lambda: test(*args, **kwargs)).run()
        item.stash[ENDED] = True

    return run


def ended_by_others(item: pytest.Item) -> bool:
    """Did the test begin and never come to its own end, though pytest reports it as over."""
    return not item.stash.get(ENDED, True)


def _armed(item: pytest.Item) -> AbstractContextManager[None]:
    """The test's guard may raise in this block; nothing happens without one."""
    guard = item.stash.get(GUARD, None)
    return nullcontext() if guard is None else guard.armed()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    module: Any = getattr(item, "module", None)
    if is_suite(item.path):
        circumstance = item.stash.get(CIRCUMSTANCE, None)
        DICE.begin(f"{item.name} {circumstance.id if circumstance else ''}")
    if is_suite(item.path) and isinstance(
        getattr(module, "random", None), ModuleType | random.Random
    ):
        module.random = Dice(DICE.random())
        module.random.zero = isinstance(item, pytest.Function) and prepared(item).odd
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            if name in item.config.stash[FAILED]:
                pytest.skip(f"it means nothing while {name} fails")
    with _armed(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if not is_suite(item.path):
        return (yield)
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        item.stash[WARNINGS] = log
        depth = sys.get_coroutine_origin_tracking_depth()
        sys.set_coroutine_origin_tracking_depth(ORIGIN_FRAMES)
        try:
            with _armed(item):
                return (yield)
        finally:
            sys.set_coroutine_origin_tracking_depth(depth)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None, Any, pytest.TestReport]:  # type: ignore[type-arg]
    report: Any = yield
    is_first = CIRCUMSTANCE not in item.stash
    if is_first and is_suite(item.path) and call.when == "call" and TRACE in item.stash:
        faked, called = item.stash[TRACE].faked.items(), item.stash[TRACE].named
        item.stash[FAKED] = {name: behind for name, behind in faked if called(name)}
        item.stash[REQUESTS] = len(item.stash[TRACE].visits)
        labels = [visit.label.split("/")[:2] for visit in item.stash[TRACE].visits]
        item.stash[ROUTES] = frozenset("/".join(label) for label in labels)
        item.stash[STOPS] = not item.stash[TRACE].tasks.app_is_up
        report.unawaited = evidence.unawaited(item.stash[WARNINGS], item.stash[TRACE].file)
    if not is_suite(item.path) or call.excinfo is None or report.skipped:
        return report  # type: ignore[no-any-return]
    if call.when == "teardown":
        # The test's own result is known; an error in the clean-up does not change it.
        report.outcome = "passed"
        return report  # type: ignore[no-any-return]
    item.config.stash[FAILED].add(item.name)
    recorder = item.stash.get(TRACE, None)
    log = item.stash.get(WARNINGS, [])
    gc.collect()  # Python warns of a coroutine never awaited when it collects it
    report.evidence = evidence.collect(call.excinfo.value, recorder, log)
    return report  # type: ignore[no-any-return]


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: Any) -> Iterator[None]:
    """Let a fixture end also when its setup did, by a Deadlock or the guard.

    FixtureDef.finish does nothing for one without a result, and pytest keeps an Exception as a
    result and no other BaseException: then the next test's setup is an AssertionError.
    """
    try:
        return (yield)
    except BaseException as error:
        if fixturedef.cached_result is None:
            key, told = fixturedef.cache_key(request), (error, error.__traceback__)
            fixturedef.cached_result = (None, key, told)
        raise
