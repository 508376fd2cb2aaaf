"""The second examiner: runs a suite's tests again under a circumstance, in the child.

Prior art: stateful and metamorphic testing (Hypothesis, schemathesis), fault injection as in
Jepsen, and the twins of a load test, here on a virtual clock.
"""

import asyncio
import gc
import inspect
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from itertools import cycle
from typing import Any

import pytest

from grader.clock import ties
from grader.clock.virtual import HORIZON, MAX_JUMPS, VirtualClock
from grader.course.circumstances import ORDERS
from grader.model.evidence import ArgumentsCheck, CallsCheck, CancelCheck
from grader.suite.aftermath import Aftermath
from grader.suite.answer import Answer
from grader.suite.checks import CheckFailed
from grader.suite.circumstances import (
    CIRCUMSTANCE,
    SERIES,
    TWINS,
    Dice,
    fallible,
    is_crowded,
    standing,
    stands,
    stops,
    uncrowded,
)
from grader.suite.client import LEAVES_AFTER, Client
from grader.suite.database import DATABASE, Database
from grader.suite.guard import GUARD
from grader.suite.repeats import Repeats
from grader.suite.upstream import BREAKS, UPSTREAM, Upstream
from grader.trace.circumstance import DICE, TOKENS, counted
from grader.trace.recorder import Recorder

MAX_TOLD = 3
"""What was odd, of which a failure tells."""
PAUSE, SOON = 300.0, 30.0
"""Seconds between one run and the next; what is kept for a minute is still there after the second.
"""
_sleep = asyncio.sleep


class Examiner:
    """One test under one circumstance; `test` runs it once."""

    def __init__(
        self, item: pytest.Function, recorder: Recorder, test: Callable[[], Awaitable[None]]
    ) -> None:
        self.item = item
        self.recorder = recorder
        self.test = test
        self.orders = cycle(ORDERS)
        self.database: Database | None = self._given("database")
        self.upstream: Upstream | None = self._given("upstream")

    def _given(self, name: str) -> Any:
        """The test's fixture of that name, if it has it."""
        return self.item.funcargs.get(name)

    @property
    def answer(self) -> Answer:
        answer: Answer = self.item._request.getfixturevalue("answer")
        return answer

    @cached_property
    def aftermath(self) -> Aftermath:
        return Aftermath(self.client, self.recorder, self.database)

    @cached_property
    def repeats(self) -> Repeats:
        return Repeats(self.client, self.aftermath)

    @property
    def client(self) -> Client:
        client = self.item.funcargs["client"]
        assert isinstance(client, Client)
        return client

    @property
    def _dice(self) -> Dice | None:
        """What the suite draws from, if it draws at all."""
        dice = getattr(self.item.module, "random", None)
        return dice if isinstance(dice, Dice) else None

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
        self.recorder.begin_again()
        if GUARD in self.item.stash:
            self.item.stash[GUARD].renew()
        clock = self.recorder.clock
        if isinstance(clock, VirtualClock):  # its limits are those of one run
            clock.horizon = clock.now() + HORIZON
            clock.max_jumps = clock.jumps + MAX_JUMPS
        self._forget()
        self.client.transport.served.clear()
        self.answer.put_back()
        if self._dice is not None:
            self._dice.forget()
        if self.upstream is not None:
            self.upstream.clear()
            self.upstream.reset()

    def _forget(self) -> None:
        """Who is done: a cursor in the traceback of who has left would keep the file locked."""
        transport = self.client.transport
        transport.all_twins[:] = [twin for twin in transport.all_twins if twin.running]
        transport.twins.clear()
        gc.collect(0 if self.database is None else 2)

    # -- the circumstances ---------------------------------------------------

    async def _at_once(self) -> None:
        """All that the test stands of circumstances.TOGETHER."""
        stands = standing(self.item)
        test = self._someone_leaves if "someone_leaves" in stands else self.test
        if "again" in stands:
            await self._again(test)
            return
        self._reorder()
        await test()

    async def _again(self, test: Callable[[], Awaitable[None]] | None = None) -> None:
        """For the same ids: before their rows are there, with the same data, with other data."""
        test = test or self.test
        seed, other = DICE.random(), DICE.random()
        database = self.database
        if database is not None:
            database.keeps = True
            with suppress(Exception):  # the test's own checks are about rows that are there
                await self._drawn(self.test, seed, seed)
            database.keeps, database.replaces = False, True
            if not self.aftermath.is_up():
                return
            self._begin_again()
            seed = DICE.random() if database.has_written() else seed
        self._reorder()
        await self._drawn(test, seed, seed)
        for note, words, pause in (
            ("The second time in the same app, five minutes later", seed, PAUSE),
            ("When the same is asked later, and the data has changed", other, PAUSE),
            ("When the same is asked half a minute later, with other data", DICE.random(), SOON),
        ):
            if not self.aftermath.is_up():
                return
            self._begin_again()
            self._say(note)
            await _sleep(pause)
            if database is not None and database.has_written():
                seed = words = DICE.random()  # it has stored rows of its own for the others
            self._reorder()
            await self._drawn(test, seed, words)

    async def _drawn(self, test: Callable[[], Awaitable[None]], ids: float, words: float) -> None:
        """The test, whose `random` draws from the one seed and its `token` from the other."""
        self._draw(ids)
        before = TOKENS.set(random.Random(words))
        try:
            await test()
        finally:
            TOKENS.reset(before)

    async def _after_failures(self) -> None:
        failed = gone = 0
        series = self.item.stash[SERIES]
        for item in uncrowded([item for item in series if not stops(item)]):
            await self._run_other(item)
            self.aftermath.check_free()
            self.aftermath.check_retries()
            if not self.aftermath.is_up():
                return
            failed += await self.repeats.fail_again()
            if stands(item, "someone_leaves"):
                gone += await self.repeats.leave_often()
            before = [f"{failed} failed requests"] * bool(failed)
            before += [f"{gone} visitors who left midway"] * bool(gone)
            self._say("After " + " and ".join(before or ["all that went before"]))
        seed = DICE.random()
        for item in sorted(series, key=lambda item: (stops(item), is_crowded(item))):
            if self.database is None:
                self._draw(seed)  # who has failed in one test is right in another
                await _sleep(PAUSE)
            await self._run_other(item)
            if not self.aftermath.is_up():
                return

    async def _started_again(self) -> None:
        await self._run_other(self.item)
        await self._restart()
        self._say("After the app has stopped and started again")
        for item in uncrowded(self.item.stash[SERIES]):
            if not self.aftermath.is_up():
                await self._restart()
            await self._run_other(item)

    async def _restart(self) -> None:
        await self.client.stop()
        if self.upstream is not None:
            self.upstream.clients.clear()
        await self.client.start_again()

    async def _run_other(self, item: pytest.Function) -> None:
        """Another test of the suite, in this one's app."""
        self._begin_again()
        request = self.item._request
        given: dict[str, Any] = {
            name: self.item.funcargs.get(name) or request.getfixturevalue(name)
            for name in item._fixtureinfo.argnames
        }
        if self.database is not None:
            self.database.latency, self.database.replaces = 0.0, True
        await inspect.unwrap(item.obj)(**given)

    async def _every_call_fails(self) -> None:
        seed = DICE.random()  # for the same before, while it fails, and after
        test = self.test if self.database else partial(self._drawn, self.test, seed, seed)
        self.recorder.circumstance.failing = DATABASE  # counts them; number 0 is none
        await test()
        self.recorder.circumstance.failing = ""
        failing = [(name, 0) for name in fallible(self.item) if name not in (DATABASE, UPSTREAM)]
        if UPSTREAM in fallible(self.item):
            failing += [(UPSTREAM, kind) for kind in range(len(BREAKS))]
        if self.database is not None:
            queries = max((s.queries for s, *_ in self.client.transport.served), default=0)
            failing += [(DATABASE, number + 1) for number in range(min(queries, 3))]
        for name, query in failing:
            if not self.aftermath.is_up():
                return
            self._begin_again()
            is_query = name == DATABASE
            what = f"query {query} of each request" if is_query else f"every call of {name}"
            self._say(f"While {what} fails")
            self.recorder.circumstance.failing, self.recorder.circumstance.query = name, query
            with suppress(Exception):  # the test's own checks are about calls that do not fail
                await test()
            if name not in (DATABASE, UPSTREAM) and self.aftermath.is_up():
                await self.repeats.fail_again()  # a place that each failure keeps is missed then
            self.recorder.circumstance.failing = ""
            await self.aftermath.end(list(self.client.transport.tasks))
            await self.aftermath.rest()
            self.aftermath.check_hidden(name)
            self.aftermath.check_retries()
            self.aftermath.check_left()
            self.aftermath.check_free()
            if not self.aftermath.is_up():
                return
            self._begin_again()
            self._say(f"After {what} has failed")
            await test()

    async def _in_a_crowd(self) -> None:
        crowd = self.item.stash[TWINS]
        self._say(f"Among {crowd} others who ask for the same")
        self.recorder.circumstance.twins = crowd
        await self._test_among_twins()
        self.recorder.circumstance.twins = 0
        await self.aftermath.end([task for task, _ in self.client.transport.twins])
        await self.aftermath.rest()
        self.aftermath.check_held(vars(self.answer)["_module"], crowd)

    async def _any_order(self) -> None:
        """The usual order first, to show beside another; what a database holds comes once only.

        Who answers the same ids in another way the second time fails for that reason, elsewhere.
        """
        drawn = DICE.random()
        if self.database is None:
            for _ in range(2):
                self._draw(drawn)
                try:
                    await self.test()
                except CheckFailed:
                    return
                if not self.aftermath.is_up():
                    return
                self.recorder.usual = self.recorder.ended
                self._begin_again()
                await _sleep(PAUSE)
        for order in ORDERS if self.database is None else ORDERS[:1]:
            what = "When what ends at the same moment ends in another order"
            self._say(f"{what} (--order {order})")
            self._shuffle(order)
            self._draw(drawn)
            await self.test()
            if not self.aftermath.is_up():
                return
            self._begin_again()
            await _sleep(PAUSE)

    def _reorder(self) -> None:
        """Where the test stands another order, the next one that there is."""
        if "any_order" in standing(self.item):
            self._shuffle(next(self.orders))

    def _shuffle(self, seed: int) -> None:
        ties.shuffle(f"{seed} {self.item.name}")

    async def _stretched(self) -> None:
        self._say(f"When every step takes {self.recorder.circumstance.stretch:g} times as long")
        await self.test()

    async def _odd_values(self) -> None:
        self._say("With odd values (0, errors of another kind)")
        try:
            await self.test()
        finally:
            told = self.recorder.circumstance.told
            zero = ["an id is 0"] if self._dice is not None and self._dice.drew_zero else []
            if zero or told:
                self._say(f"With odd values ({', '.join([*zero, *told][:MAX_TOLD])})")

    async def _someone_leaves(self) -> None:
        self._say("When another visitor goes away midway")
        await self._leaving(LEAVES_AFTER)
        for later in self.aftermath.later_steps():
            if not self.aftermath.is_up():
                return
            self._begin_again()
            await self._leaving(later)

    async def _leaving(self, after: float) -> None:
        """The test, while somebody else leaves so many seconds after they came."""
        self.client.transport.leaves_after = after
        self.recorder.circumstance.leaves = True
        await self._test_among_twins()
        self.recorder.circumstance.leaves = False
        left = self.client.transport.left
        await self.aftermath.end([task for task, _ in left])
        await self.aftermath.rest()
        self.aftermath.check_free()
        for task, _ in left:
            if task.cancelling() and not (task.done() and (task.cancelled() or task.exception())):
                raise CheckFailed(
                    CancelCheck(
                        expected="a request that ends when it is cancelled",
                        actual="a request that goes on",
                    )
                )
        if any(task.cancelled() for task, _ in left):
            self.aftermath.check_left()
        left.clear()

    async def _test_among_twins(self) -> None:
        """Which calls ran says nothing here: an answer may let its visitors share one."""
        try:
            await self.test()
        except CheckFailed as failed:
            told, recorder = failed.check, self.recorder
            if not isinstance(told, CallsCheck | ArgumentsCheck):
                raise
            if told.name not in recorder.faked and not recorder.named(told.name):
                raise  # a client or a connection
            twins = self.client.transport.all_twins
            made = sum(twin.asked[told.name] for twin in twins)
            if told.kind == "not_called":
                if told.name in recorder.background and made <= len(twins):
                    raise  # else who came first has begun what works for all
                if told.name in recorder.faked and not made:
                    raise  # nobody has made that call with whom it could be shared


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
