"""The second examiner: runs a suite's tests again under a circumstance, in the child.

Prior art: stateful and metamorphic testing (Hypothesis, schemathesis), fault injection as in
Jepsen, and the twins of a load test, here on a virtual clock.
"""

import asyncio
import gc
import inspect
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from grader.course import circumstances
from grader.model.evidence import (
    ArgumentsCheck,
    CallsCheck,
    CancelCheck,
    HiddenCheck,
    LeftOpenCheck,
    ValueCheck,
)
from grader.suite.checks import CheckFailed
from grader.suite.client import Client
from grader.suite.database import DATABASE
from grader.suite.upstream import UPSTREAM
from grader.trace.circumstance import Circumstance, Twin, counted
from grader.trace.recorder import Recorder

CIRCUMSTANCE = pytest.StashKey[circumstances.Circumstance]()
FAKED = pytest.StashKey[Mapping[str, bool]]()
"""The functions that a test stood in for, and whether they may run on in the background."""
REQUESTS = pytest.StashKey[int]()
"""How many a test has sent."""
TWINS = pytest.StashKey[int]()
"""How many others ask for the same while it runs."""
SERIES = pytest.StashKey[Sequence[pytest.Function]]()
"""Tests that run in one app, one after the other."""
CROWD = 250
FAILURES = 70
"""How often each request that failed is sent again."""
STRETCH = 20.0
SHORT_STRETCH = 2.4
"""Where httpx's own limit of 5 s counts."""
PAUSE = 300.0
SMALL_CROWD = 60
"""More than the forty threads of a server."""
FEW = 25
"""Fewer than the hundred connections of an httpx client."""
ENDS_WITHIN = 600.0
"""Seconds within which what a crowd has asked for must have been answered."""
RESTS = 400
"""Seconds at most until nothing runs any more."""
_sleep = asyncio.sleep
FIRST_ID = 10_000
"""Suites draw ids from here on: under odd values the first one is 0."""


class Dice(random.Random):
    """A suite's `random` for one run: the same seed draws the same ids."""

    zero = False

    def randint(self, a: int, b: int) -> int:
        return 0 if self.zero and a == FIRST_ID else super().randint(a, b)

    def sample(self, population: Any, k: int, **rest: Any) -> list[Any]:
        drawn = super().sample(population, k, **rest)
        if self.zero and drawn and isinstance(population, range) and population.start == FIRST_ID:
            drawn[0 if k > 100 else super().randrange(k)] = 0  # of hundreds a test takes the first
        return drawn


def of_item(item: pytest.Function) -> circumstances.Test:
    """What decides under which circumstances it runs."""
    excepted = (str(mark.args[0]) for mark in item.iter_markers("except_for") if mark.args)
    return circumstances.Test(frozenset(item._fixtureinfo.argnames), frozenset(excepted))


def due(
    circumstance: circumstances.Circumstance, items: Iterable[pytest.Function]
) -> list[pytest.Function]:
    """The tests to run under it: each that stands it, or as few as show the same.

    One that sends hundreds of requests has its own crowd, and is left out if others stand it.
    """
    stand = [item for item in items if of_item(item).stands(circumstance)]
    stand = [item for item in stand if item.stash.get(REQUESTS, 0) <= CROWD] or stand
    if circumstance.id == "after_failures" and stand:
        host = max(stand, key=lambda item: len(item.fixturenames))
        host.stash[SERIES] = stand
        return [host]
    if circumstance.id == "every_call_fails":
        chosen: dict[str, pytest.Function] = {}
        for item in stand:
            for name in _fallible(item):
                chosen.setdefault(name, item)
        return list(dict.fromkeys(chosen.values()))
    if circumstance.id == "in_a_crowd":
        timed = [item for item in stand if "clock" in item.fixturenames]
        for item in timed:
            others = SMALL_CROWD if "upstream" not in item.fixturenames else FEW
            item.stash[TWINS] = CROWD if item is timed[0] and others > FEW else others
        return timed
    return stand


def _fallible(item: pytest.Function) -> list[str]:
    """What its requests call and wait for."""
    faked = item.stash.get(FAKED, {})
    names = [name for name, in_background in faked.items() if not in_background]
    if "upstream" in item.fixturenames:
        names.append(UPSTREAM)
    return [*names, DATABASE] if "database" in item.fixturenames else names


class Examiner:
    """One test under one circumstance; `test` runs it once."""

    def __init__(
        self, item: pytest.Function, recorder: Recorder, test: Callable[[], Awaitable[None]]
    ) -> None:
        self.item = item
        self.recorder = recorder
        self.test = test
        self.has_database = "database" in item.fixturenames

    @property
    def client(self) -> Client:
        client = self.item.funcargs["client"]
        assert isinstance(client, Client)
        return client

    async def run(self) -> None:
        """Raises what a check of the test's own raises, or CheckFailed."""
        with _unlogged():
            await getattr(self, f"_{self.item.stash[CIRCUMSTANCE].id}")()

    def _say(self, note: str) -> None:
        self.recorder.circumstance.note = note

    def _draw(self, seed: float) -> None:
        module: Any = self.item.module
        if isinstance(getattr(module, "random", None), random.Random):
            module.random = Dice(seed)
            module.random.zero = self.recorder.circumstance.odd

    def _begin_again(self) -> None:
        # A cursor in the traceback of who has left would keep SQLite's file locked.
        transport = self.client.transport
        transport.all_twins[:] = [twin for twin in transport.all_twins if twin.running]
        transport.twins.clear()
        gc.collect(0)
        self.recorder.begin_again()
        self.client.transport.served.clear()
        answer: Any = self.item._request.getfixturevalue("answer")
        answer.put_back()
        upstream: Any = self.item.funcargs.get("upstream")
        if upstream is not None:
            upstream.reset()

    # -- the circumstances ---------------------------------------------------

    async def _at_once(self) -> None:
        """All that the test stands of circumstances.TOGETHER."""
        standing = _standing(self.item)
        test = self._someone_leaves if "someone_leaves" in standing else self.test
        await (self._again(test) if "again" in standing else test())

    async def _again(self, test: Callable[[], Awaitable[None]] | None = None) -> None:
        test = test or self.test
        seed = random.SystemRandom().random()
        self._draw(seed)
        await test()
        if not self._is_up():
            return
        self._begin_again()
        self._say("The second time in the same app, five minutes later")
        await _sleep(PAUSE)
        if not self.has_database:
            self._draw(seed)
        elif self.recorder.circumstance.odd:
            self.item.module.random.zero = False  # the row of 0 is stored already
        await test()

    async def _after_failures(self) -> None:
        failed = 0
        for item in self.item.stash[SERIES]:
            await self._run_other(item)
            self._check_retries()
            if not self._is_up():
                return
            failed += await self._fail_again()
        self._say(f"After {failed} failed requests in the same app")
        for item in self.item.stash[SERIES]:
            await self._run_other(item)
            if not self._is_up():
                return

    async def _run_other(self, item: pytest.Function) -> None:
        """Another test of the suite, in this one's app."""
        self._begin_again()
        request = self.item._request
        given: dict[str, Any] = {
            name: self.item.funcargs.get(name) or request.getfixturevalue(name)
            for name in item._fixtureinfo.argnames
        }
        if "database" in given:
            given["database"].latency = 0.0
        await inspect.unwrap(item.obj)(**given)

    async def _fail_again(self) -> int:
        """Send again, often, what has failed in the test before; how many that were."""
        transport = self.client.transport
        failed = {
            (served.method, served.path, sent): request
            for served, request, sent, status in transport.served
            if served.planted or status >= 400
        }
        good = next(
            (
                transport.twin(request, sent, pace=2.0)
                for served, request, sent, status in transport.served
                if not served.planted and status < 400 and failed
            ),
            None,
        )
        twins = [
            transport.twin(request, sent)[0]
            for (_, _, sent), request in list(failed.items())[:3]
            for _ in range(FAILURES)
        ]
        await self._end([*twins, *([good[0]] if good is not None else [])])
        await self._rest()
        if good is not None:
            self._check_unharmed(good[1])
        return len(twins)

    def _check_unharmed(self, good: Twin) -> None:
        """Who was served while others failed has got an answer."""
        done = good.answered
        if not done.done() or done.cancelled() or done.exception() is not None:
            raise CheckFailed(
                ValueCheck(
                    expected="a response for who was served while others failed",
                    actual="none: their request ended with those of the others",
                    how="body",
                )
            )

    async def _every_call_fails(self) -> None:
        self.recorder.circumstance.failing = DATABASE  # counts them; number 0 is none
        await self.test()
        self.recorder.circumstance.failing = ""
        failing = [(name, 0) for name in _fallible(self.item) if name != DATABASE]
        if self.has_database:
            queries = max((s.queries for s, *_ in self.client.transport.served), default=0)
            failing += [(DATABASE, number + 1) for number in range(min(queries, 3))]
        for name, query in failing:
            if not self._is_up():
                return
            self._begin_again()
            what = f"query {query} of each request" if query else f"every call of {name}"
            self._say(f"While {what} fails")
            self.recorder.circumstance.failing, self.recorder.circumstance.query = name, query
            with suppress(Exception):  # the test's own checks are about calls that do not fail
                await self.test()
            self.recorder.circumstance.failing = ""
            await self._end(list(self.client.transport.tasks))
            await self._rest()
            self._check_hidden(name)
            self._check_left()
            if not self._is_up():
                return
            self._begin_again()
            self._say(f"After {what} has failed")
            await self.test()

    async def _in_a_crowd(self) -> None:
        crowd = self.item.stash[TWINS]
        self._say(f"Among {crowd} others who ask for the same")
        self.recorder.circumstance.twins = crowd
        await self._test_among_twins()
        self.recorder.circumstance.twins = 0
        await self._end([task for task, _ in self.client.transport.twins])

    async def _stretched(self) -> None:
        self._say(f"When every step takes {self.recorder.circumstance.stretch:g} times as long")
        await self.test()

    async def _odd_values(self) -> None:
        self._say("With odd values (0, errors of another kind)")
        await self.test()

    async def _someone_leaves(self) -> None:
        self._say("When another visitor goes away midway")
        self.recorder.circumstance.leaves = True
        await self._test_among_twins()
        self.recorder.circumstance.leaves = False
        left = self.client.transport.left
        await self._end([task for task, _ in left])
        await self._rest()
        for task, twin in left:
            if task.cancelling() and not task.cancelled():
                raise CheckFailed(
                    CancelCheck(
                        expected="a request that ends when it is cancelled",
                        actual="a request that goes on",
                    )
                )
            if task.cancelled() and twin.running:
                raise CheckFailed(
                    LeftOpenCheck(
                        expected="nothing left running for who has gone",
                        actual=f"{twin.running[0]}()",
                        running=True,
                    )
                )
        if any(task.cancelled() for task, _ in left):
            self._check_left()
        left.clear()

    async def _test_among_twins(self) -> None:
        """Which calls ran says nothing here: an answer may let its visitors share one."""
        try:
            await self.test()
        except CheckFailed as failed:
            if not isinstance(failed.check, CallsCheck | ArgumentsCheck):
                raise

    # -- what is checked beside the test's own checks --------------------------

    def _is_up(self) -> bool:
        """Whether the app still runs: a test may have stopped it."""
        task = self.client.lifespan.task
        return task is not None and not task.done()

    async def _end(self, tasks: "Sequence[asyncio.Task[None]]") -> None:
        if tasks:
            await asyncio.wait(tasks, timeout=ENDS_WITHIN)

    async def _rest(self) -> None:
        """Until no stand-in runs any more, what requests have left behind included."""
        for _ in range(RESTS):
            records = (r for r in self.recorder.records if r.kind in ("call", "job"))
            twins = (twin.running for twin in self.client.transport.all_twins)
            busy = self.recorder.handover.pending > 0 or any(twins)
            if not busy and all(record.outcome != "running" for record in records):
                return
            await _sleep(1.0)

    def _check_retries(self) -> None:
        for served, *_ in self.client.transport.served:
            if served.repeated:
                name = served.repeated.partition("(")[0]
                raise CheckFailed(
                    CallsCheck(
                        kind="called_too_often",
                        expected=f"one call {served.repeated}, which fails",
                        actual="the same call again in the same request",
                        name=name,
                        times=1,
                        ran=2,
                    )
                )

    def _check_hidden(self, name: str) -> None:
        for served, _, _, status in self.client.transport.served:
            if served.broken and (status < 400 or status == 404):
                raise CheckFailed(
                    HiddenCheck(
                        expected="an error status that is no 404",
                        actual=f"status {status}",
                        name=name,
                    )
                )

    def _check_left(self) -> None:
        """No connection is left out, and nothing that a request has started runs on."""
        if self.has_database:
            database: Any = self.item.funcargs.get("database")
            for left in database.open_sessions if database is not None else []:
                raise CheckFailed(
                    LeftOpenCheck(
                        expected="every connection back in the pool",
                        actual=left.what,
                        line=left.line,
                    )
                )


def _standing(item: pytest.Function) -> frozenset[str]:
    """The circumstances that the test runs under now."""
    now = item.stash[CIRCUMSTANCE]
    if now is not circumstances.AT_ONCE:
        return frozenset({now.id})
    test = of_item(item)
    return frozenset(
        one.id for one in circumstances.ALL if one.id in circumstances.TOGETHER and test.stands(one)
    )


def prepared(item: pytest.Function) -> Circumstance:
    """What the fixtures of a test are told: what is different now, if anything is."""
    if CIRCUMSTANCE not in item.stash:
        return Circumstance()
    stretch = SHORT_STRETCH if "upstream" in item.fixturenames else STRETCH
    standing = _standing(item)
    return Circumstance(
        id=item.stash[CIRCUMSTANCE].id,
        stretch=stretch if "stretched" in standing else 1.0,
        odd="odd_values" in standing,
    )


@contextmanager
def _unlogged() -> Iterator[None]:
    """What uncounted requests log is not written down: each traceback would cost 10 real ms."""
    handlers = [*logging.root.handlers, *filter(None, [logging.lastResort])]
    for handler in handlers:
        handler.addFilter(_is_counted)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(_is_counted)


def _is_counted(record: logging.LogRecord) -> bool:
    return counted()
