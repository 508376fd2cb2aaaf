"""In which order things happen that are due at the same moment: timers, threads, requests.

As they were asked for; or, with a seed, as its dice fall, for in life any of them may be first.
Prior art: the deterministic-simulation tests of FoundationDB and TigerBeetle.
"""

import asyncio
import itertools
import random
from typing import Any

_asked = itertools.count()
_dice: random.Random | None = None


def shuffle(seed: str | None) -> None:
    """From now on ties are broken by the dice of this seed; with None, by who came first."""
    global _dice
    _dice = None if seed is None else random.Random(seed)


def place() -> tuple[float, int]:
    """Where in a tie the next one stands that waits: the least comes first."""
    return 0.0 if _dice is None else _dice.random(), next(_asked)


class Timer(asyncio.TimerHandle):
    """A loop's timer with its place in a tie."""

    __slots__ = ("_place",)

    def __init__(self, when: float, *args: Any, **kwargs: Any) -> None:
        super().__init__(when, *args, **kwargs)
        self._place = (when, *place())

    def __lt__(self, other: object) -> bool:
        return self._place < other._place if isinstance(other, Timer) else NotImplemented


async def turn() -> None:
    """Wait until it is the caller's turn among all that begin at this moment."""
    if _dice is None:
        return
    loop = asyncio.get_running_loop()
    begun = loop.create_future()
    loop.call_at(loop.time(), _begin, begun)
    await begun


def _begin(begun: "asyncio.Future[None]") -> None:
    if not begun.done():
        begun.set_result(None)
