"""The second examiner's circumstances: what must not change what is right.

When all tests of a suite have passed, its child runs them again under each of these. Each is a
check of its own in the report, worth a point. A suite says of a test, or of all with
`pytestmark`, what does not apply and why: `@pytest.mark.except_for("in_a_crowd", "the pool has
fifteen connections")`.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

SWITCH = "AWAITLINGS_EXAMINER"
"""The variable that turns the second examiner off when it is "off": our own tests of other things
do, for it takes a second for each right answer.
"""
POINTS = 1
"""What each is worth."""


@dataclass(frozen=True)
class Circumstance:
    """`id` as in the report; `title` is the sentence that a learner reads.

    It applies to a test that uses one of the fixtures `needs`.
    """

    id: str
    title: str
    needs: frozenset[str] = frozenset({"client"})


ALL = (
    Circumstance(
        "again", "Again: the same requests, a second time in the same app, are answered rightly."
    ),
    Circumstance(
        "after_failures",
        "After failures: when many requests have failed, the app still does all that it should.",
    ),
    Circumstance(
        "every_call_fails",
        "Every call fails in turn: the response says so, and the next request is answered rightly.",
        frozenset({"fake", "upstream", "database"}),
    ),
    Circumstance(
        "in_a_crowd",
        "In a crowd: many others ask for the same at the same moment, and nobody waits longer.",
    ),
    Circumstance(
        "stretched",
        "Stretched: every step takes much longer, and nothing else changes.",
        frozenset({"fake", "upstream", "database"}),
    ),
    Circumstance(
        "any_order",
        "In any order: of what ends at the same moment another comes first, and nothing changes.",
    ),
    Circumstance(
        "odd_values",
        "Odd values: an id or a result of 0, errors of any kind, and a body that says it is JSON.",
    ),
    Circumstance(
        "someone_leaves",
        "Someone leaves: one visitor goes away midway; nothing goes on for them, nobody is harmed.",
    ),
    Circumstance(
        "started_again",
        "Started again: the app stops and starts once more, and still does all that it should.",
    ),
)
AT_ONCE = Circumstance("at_once", "")
"""Those of TOGETHER, all in one run; it is no check of its own."""
TOGETHER = ("again", "stretched", "any_order", "odd_values", "someone_leaves")
ORDERS = (1, 2, 3)
"""The seeds of `any_order`; `grader run ID --order 1` plays the first."""
IDS = tuple(circumstance.id for circumstance in ALL)


@dataclass(frozen=True)
class Test:
    """What decides: the fixtures that a test names, and what its marks except it from."""

    fixtures: frozenset[str]
    excepted: frozenset[str]

    def stands(self, circumstance: Circumstance) -> bool:
        """Whether the test is run under it."""
        if circumstance is AT_ONCE:
            return any(self.stands(one) for one in ALL if one.id in TOGETHER)
        return bool(self.fixtures & circumstance.needs) and circumstance.id not in self.excepted


def are_on() -> bool:
    """Whether answers are examined at all; see SWITCH."""
    return os.environ.get(SWITCH) != "off"


def of(tests: Iterable[Test]) -> tuple[Circumstance, ...]:
    """Those that apply to a suite, in order."""
    known = list(tests)
    return tuple(c for c in ALL if any(test.stands(c) for test in known))
