"""Under which circumstance the running test runs, as its fixtures ask.

`suite/examiner.py` sets it; without one, everything here says "as usual".
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

TWIN: ContextVar["Twin | None"] = ContextVar("awaitlings_twin", default=None)
"""Of a request that nobody counts: its record. Its calls take their time and leave no span."""
REQUEST: ContextVar["Served | None"] = ContextVar("awaitlings_request", default=None)
"""The suite's own request that is being served."""
KINDS = (RuntimeError, ValueError, KeyError, OSError, ConnectionError, LookupError, TypeError)
TOKENS: ContextVar[random.Random | None] = ContextVar("awaitlings_tokens", default=None)
"""Where a test's own `token()` draws from; None is the system's. What is served draws anew."""


class _Dice(random.SystemRandom):
    """The system's randomness, which an answer cannot seed; a job's seed makes it repeatable."""

    seed_of_all = b""
    seeded: random.Random | None = None

    def begin(self, test: str) -> None:
        """Each test draws the same, and so does its answer, whatever was drawn before it."""
        if self.seed_of_all:
            self.seeded = random.Random(self.seed_of_all + test.encode())
            random.seed(b"answer" + self.seed_of_all + test.encode())

    def random(self) -> float:
        return super().random() if self.seeded is None else self.seeded.random()

    def getrandbits(self, k: int) -> int:
        return super().getrandbits(k) if self.seeded is None else self.seeded.getrandbits(k)


DICE = _Dice()


def seed(seed: bytes) -> None:
    """The same inputs, tokens and errors for the same seed; an answer's own `random` draws others.

    Nothing changes for an empty seed.
    """
    if seed:
        DICE.seed_of_all = seed
        DICE.begin("")


class OddError(Exception):
    """An exception of a class that no answer can know."""


@dataclass(eq=False)
class Twin:
    """An uncounted request: is it answered, what runs for it now, and how often what ever ran.

    `pace`: how much longer its steps take than those of others.
    """

    answered: "asyncio.Future[None]"
    pace: float = 1.0
    running: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A stand-in runs for it meanwhile."""
        self.running.append(name)
        self.asked[name] += 1
        try:
            yield
        finally:
            self.running.remove(name)


@dataclass(eq=False)
class Served:
    """A counted request: which of its calls have failed.

    `planted`: the suite let one fail; `broken`: the circumstance did.
    """

    method: str
    path: str
    planted: bool = False
    broken: bool = False
    failed: set[str] = field(default_factory=set)
    repeated: str = ""
    queries: int = 0


@dataclass
class Circumstance:
    """What is different now.

    `failing`: the stand-in whose every call fails; of the database, each request's query number
    `query`. `note` begins the reason of a failure, `told` says what was odd. `strict`: a body
    of JSON has to say that it is.
    """

    id: str = ""
    stretch: float = 1.0
    twins: int = 0
    leaves: bool = False
    odd: bool = False
    strict: bool = False
    failing: str = ""
    query: int = 0
    note: str = ""
    told: list[str] = field(default_factory=list)

    def error(self, error: BaseException, name: str) -> BaseException:
        """The exception that the stand-in `name` raises: under odd values one of any class.

        Half of them are of a class that no answer can know: lists of known ones are long.
        """
        if not self.odd or not isinstance(error, Exception):
            return error
        self._tell(f"{name} fails with another error")
        return DICE.choice((OddError, DICE.choice(KINDS)))(str(error))

    def result(self, value: Any, name: str) -> Any:
        """What the stand-in `name` returns: under odd values, a number is 0."""
        if not self.odd or type(value) not in (int, float):
            return value
        zero = type(value)(0)
        self._tell(f"{name} gives {zero!r}")
        return zero

    def _tell(self, what: str) -> None:
        if what not in self.told:
            self.told.append(what)


def is_serving() -> bool:
    """Whether what runs now belongs to a request; else it is the app's own, as a lifespan's is."""
    return REQUEST.get() is not None or TWIN.get() is not None


def counted() -> bool:
    """Whether what runs now serves one of the suite's own requests, and no uncounted twin.

    For a suite's own stand-ins: `if counted(): sent.append(data)`.
    """
    return TWIN.get() is None


def note_failure(call: str, *, broken: bool = False) -> None:
    """A call that was planted to fail has failed; the same again in one request is noted."""
    served = REQUEST.get()
    if served is not None:
        served.planted = True
        served.broken = served.broken or broken
        if call in served.failed:
            served.repeated = call
        served.failed.add(call)
