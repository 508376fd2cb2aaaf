"""Which of a suite's tests run under which circumstance, and what their fixtures are told."""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from grader.course import circumstances
from grader.suite.database import DATABASE
from grader.suite.upstream import UPSTREAM
from grader.trace.circumstance import Circumstance

CIRCUMSTANCE = pytest.StashKey[circumstances.Circumstance]()
FAKED = pytest.StashKey[Mapping[str, bool]]()
"""The functions that a test stood in for, and whether they may run on in the background."""
REQUESTS = pytest.StashKey[int]()
"""How many a test has sent."""
ROUTES = pytest.StashKey[frozenset[str]]()
"""What a test asks for: the method and the first part of each path, as in "GET /orders"."""
STOPS = pytest.StashKey[bool]()
"""Whether a test stops the app before it ends."""
TWINS = pytest.StashKey[int]()
"""How many others ask for the same while it runs."""
SERIES = pytest.StashKey[Sequence[pytest.Function]]()
"""Tests that run in one app, one after the other."""
CROWD = 250
STRETCH = 20.0
SHORT_STRETCH = 2.4
"""Where httpx's own limit of 5 s counts."""
SMALL_CROWD = 60
"""More than the forty threads of a server."""
FEW = 25
"""Fewer than the hundred connections of an httpx client."""
WIDE = 50_000
"""So many numbers at least there are to draw an id from; of fewer a test draws an amount."""
FIRST_ID = 10_000
"""Suites draw ids from here on: under odd values the first one is 0."""


class Dice(random.Random):
    """A suite's `random` for one run: the same seed draws the same ids, and no id comes twice.

    A test that counts the calls for an id would else count those for its namesake, too.
    """

    zero = False
    drew_zero = False

    def __init__(self, seed: float) -> None:
        super().__init__(seed)
        self._drawn: set[int] = set()

    def forget(self) -> None:
        """Ids may come again, in the next test."""
        self._drawn.clear()

    def randint(self, a: int, b: int) -> int:
        return int(self.sample(range(a, b + 1), 1)[0])

    def sample(self, population: Any, k: int, **rest: Any) -> list[Any]:
        if not isinstance(population, range) or len(population) < WIDE:
            return super().sample(population, k, **rest)
        most = max(k, min(len(population), k + len(self._drawn)))
        drawn = [id for id in super().sample(population, most) if id not in self._drawn][:k]
        self._drawn.update(drawn)
        if self.zero and drawn and population.start == FIRST_ID:
            drawn[0 if k > 100 else super().randrange(k)] = 0  # of hundreds a test takes the first
            self.drew_zero = True
        return drawn


def of_item(item: pytest.Function) -> circumstances.Test:
    """What decides under which circumstances it runs."""
    excepted = (str(mark.args[0]) for mark in item.iter_markers("except_for") if mark.args)
    return circumstances.Test(frozenset(item._fixtureinfo.argnames), frozenset(excepted))


def due(
    circumstance: circumstances.Circumstance, items: Iterable[pytest.Function]
) -> Sequence[pytest.Function]:
    """The tests to run under it: each that stands it, or as few as show the same.

    One that sends hundreds of requests has its own crowd, and is left out if others stand it.
    Each faked function fails in one test, and queries in one for each route.
    """
    everything = [item for item in items if of_item(item).stands(circumstance)]
    stand = uncrowded(everything)
    if circumstance.id in ("after_failures", "started_again") and stand:
        host = max(stand, key=lambda item: len(item.fixturenames))
        host.stash[SERIES] = everything
        return [host]
    if circumstance.id == "every_call_fails":
        chosen: dict[tuple[str, str], pytest.Function] = {}
        for item in stand:
            for name in fallible(item):
                for route in item.stash.get(ROUTES, ()) if name == DATABASE else ("",):
                    chosen.setdefault((name, route), item)
        return list(dict.fromkeys(chosen.values()))
    if circumstance.id == "in_a_crowd":
        timed = [item for item in stand if "clock" in item.fixturenames]
        for item in timed:
            others = SMALL_CROWD if "upstream" not in item.fixturenames else FEW
            item.stash[TWINS] = CROWD if item is timed[0] and others > FEW else others
        return timed
    return stand


def is_crowded(item: pytest.Function) -> bool:
    return item.stash.get(REQUESTS, 0) > CROWD


def stops(item: pytest.Function) -> bool:
    return item.stash.get(STOPS, False)


def uncrowded(items: Sequence[pytest.Function]) -> Sequence[pytest.Function]:
    """Without those that have a crowd of their own, unless there are no others."""
    return [item for item in items if not is_crowded(item)] or items


def fallible(item: pytest.Function) -> list[str]:
    """What its requests call and wait for."""
    faked = item.stash.get(FAKED, {})
    names = [name for name, in_background in faked.items() if not in_background]
    if "upstream" in item.fixturenames:
        names.append(UPSTREAM)
    return [*names, DATABASE] if "database" in item.fixturenames else names


def standing(item: pytest.Function) -> frozenset[str]:
    """The circumstances that the test runs under now."""
    now = item.stash[CIRCUMSTANCE]
    if now is not circumstances.AT_ONCE:
        return frozenset({now.id})
    test = of_item(item)
    return frozenset(
        one.id for one in circumstances.ALL if one.id in circumstances.TOGETHER and test.stands(one)
    )


def stands(item: pytest.Function, id: str) -> bool:
    """Whether the test would be run under that circumstance."""
    return of_item(item).stands(next(one for one in circumstances.ALL if one.id == id))


def prepared(item: pytest.Function) -> Circumstance:
    """What the fixtures of a test are told: what is different now, if anything is."""
    starts_by_itself = "client" not in item.fixturenames  # so nobody asks it for odd values
    if CIRCUMSTANCE not in item.stash:
        return Circumstance(strict=starts_by_itself)
    stretch = SHORT_STRETCH if "upstream" in item.fixturenames else STRETCH
    now = standing(item)
    return Circumstance(
        id=item.stash[CIRCUMSTANCE].id,
        stretch=stretch if "stretched" in now else 1.0,
        odd="odd_values" in now,
        strict="odd_values" in now or starts_by_itself,
    )
