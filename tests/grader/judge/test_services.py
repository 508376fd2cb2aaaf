"""Other services, played by the judge: who its clients are, a host can hide from nobody."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from grader.clock import VirtualLoop
from grader.judge.services import Services
from grader.judge.values import pack
from grader.suite.upstream import Upstream
from grader.trace.recorder import Recorder

PRICE = "https://shop.test/price"


class Played:
    """A host that may say anything about its clients."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.upstream = Upstream(Recorder(loop.clock, "prices.py", loop))
        self.upstream.answers("GET", PRICE, json=5)
        self.loop = loop
        self.takes = Services(self.upstream, self._begin).takes

    def _begin(self, number: int, work: Any, visit: int | None) -> None:
        assert self.loop.run_until_complete(work)[1] == 200

    def fetch(self, client: int | None) -> None:
        self.takes["fetch"](7, pack(["GET", PRICE, [], b"", {}, client, False]), None)


@pytest.fixture
def played() -> Iterator[Played]:
    with contextlib.closing(VirtualLoop()) as loop:
        yield Played(loop)


def test_a_client_that_is_told_of_is_one(played: Played) -> None:
    """However often it asks; once it is closed, none is open."""
    played.takes["client"](0, None)
    for _ in range(3):
        played.fetch(0)
    assert (len(played.upstream.clients), len(played.upstream.open_clients)) == (1, 1)
    played.takes["closed"](0)
    assert played.upstream.open_clients == []


@pytest.mark.parametrize("client", [None, 1, 0])
def test_whoever_asks_is_a_client(client: int | None, played: Played) -> None:
    """Of none, of one that was not told, of one that is closed: it counts, and stays open."""
    played.takes["client"](0, None)
    played.takes["closed"](0)
    played.fetch(client)
    assert (len(played.upstream.clients), len(played.upstream.open_clients)) == (2, 1)
