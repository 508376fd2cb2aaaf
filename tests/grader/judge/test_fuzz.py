"""Hosts that say anything: the judge has an opinion or none, and nothing else comes of it."""

import asyncio
import contextlib
import io
import json
import os
import random
import socket
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from grader.clock import Deadlock, Endless, VirtualLoop
from grader.course import exercises as course
from grader.course import folders
from grader.judge import host
from grader.judge.answer import RemoteAnswer
from grader.judge.line import Gone, Line, Unheard
from grader.judge.remote import Remote
from grader.suite.answer import stage
from grader.suite.checks import CheckFailed, same, status
from grader.suite.client import Starter
from grader.suite.fakes import Fakes
from grader.suite.stopwatch import Stopwatch
from grader.trace.recorder import Recorder

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
ODD: list[Any] = [
    *("", "x", "\ud83d", "a" * 5000, "app", "loaded", "ended", "send", "over", "call", "__class__"),
    *(0, 1, -1, 0.5, 1e18, 10**30, 2**63, float("nan"), float("inf"), None, True, [], {}, [[]]),
    *({"d": {}}, {"t": [1]}, {"b": "\xff"}, {"m": []}, {"d": {"type": 5}}, {"until": None}),
]
EVENTS = (CheckFailed, Deadlock, Endless, Unheard)
"""What ends a test that was begun well; an app may bring about any Exception beside them."""


class Recording(Line):
    """Notes what a host says."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock, 30.0)
        self.frames: list[Any] = []

    def get(self) -> Any:
        self.frames.append(super().get())
        return self.frames[-1]


class Tape(Line):
    """A host that says what was written down, whatever it is told."""

    def __init__(self, data: bytes) -> None:
        self._read = 0
        self.data = io.BytesIO(data)

    def put(self, thing: Any) -> None:
        json.dumps(thing)

    def _exactly(self, length: int) -> bytes:
        found = self.data.read(length)
        if len(found) < length:
            raise Gone("it has ended")
        return found


async def check(client: Any, clock: Stopwatch, fake: Fakes) -> None:
    """As one of checkout's tests."""
    paid = fake("process_payment", takes=1.0, returns={"paid": 7})
    sent = fake("send_confirmation_email", takes=0.5, returns={"sent": True})
    with clock.takes(1.0):
        response = await client.post("/checkout", json={"id": 7})
    status(response, 200)
    same(response.json(), {"payment": {"paid": 7}, "email": {"sent": True}})
    paid.was_called_once_with(7)
    sent.was_called_once_with(7)


async def _play(answer: RemoteAnswer, recorder: Recorder) -> None:
    start = Starter(answer, recorder)
    await check(await start(), Stopwatch(recorder.clock), Fakes(answer, recorder))
    await start.close()


def outcome(line: Line) -> str:
    """How the test ends for a judge with this host at the other end."""
    with contextlib.closing(VirtualLoop()) as loop:
        loop.set_exception_handler(lambda *_: None)
        recorder = Recorder(loop.clock, "checkout.py", loop)
        try:
            remote = Remote(line, recorder)
            with remote.serving():
                loop.run_until_complete(_play(RemoteAnswer(remote), recorder))
        except (*EVENTS, Exception) as error:
            return type(error).__name__
        finally:
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            if tasks:
                loop.run_until_complete(asyncio.wait(tasks))
    return "passed"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What a host with the solution says."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            ours.close()
            data = CHECKOUT.solution.read_bytes()
            source = stage(data, "checkout.py", "checkout.py", tmp_path_factory.mktemp("answer"))
            host.main(Line(theirs), source, 10.0)
        finally:
            os._exit(0)
    theirs.close()
    line = Recording(ours)
    assert outcome(line) == "passed"
    line.close()
    os.waitpid(pid, 0)
    return line.frames


def tape(frames: list[Any]) -> bytes:
    texts = [json.dumps(frame).encode() for frame in frames]
    return b"".join(struct.pack("!I", len(text)) + text for text in texts)


def places(thing: Any) -> list[tuple[Any, Any]]:
    """Each (holder, key) in it."""
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing)
    own = [(thing, key) for key, _ in pairs]
    return own + [
        place
        for holder, key in own
        if isinstance(holder[key], list | dict)
        for place in places(holder[key])
    ]


def mutated(frames: list[Any], chance: random.Random) -> bytes:
    """The conversation with something wrong in it: a value, an order, a byte, its end."""
    made = json.loads(json.dumps(frames))
    for _ in range(chance.choice([1, 1, 2, 5])):
        kind = chance.randrange(5)
        at = chance.randrange(len(made))
        if kind < 2:
            holder, key = chance.choice(places(made))
            holder[key] = chance.choice(ODD)
        elif kind == 2:
            holder, key = chance.choice(places(made))
            other, there = chance.choice(places(made))
            holder[key] = json.loads(json.dumps(other[there]))
        elif kind == 3:
            made.insert(chance.randrange(len(made)), json.loads(json.dumps(made[at])))
        else:
            del made[at]
            made = made or [None]
    data = bytearray(tape(made))
    if chance.random() < 0.2:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(len(data))] if chance.random() < 0.05 else data)


def fuzz(frames: list[Any], seeds: range) -> Counter[str]:
    return Counter(outcome(Tape(mutated(frames, random.Random(seed)))) for seed in seeds)


def test_what_was_written_down_passes_again(honest: list[Any]) -> None:
    """Unchanged, the tape is the host."""
    assert outcome(Tape(tape(honest))) == "passed"


def test_a_host_that_says_anything(honest: list[Any]) -> None:
    """Conversations with something wrong in them end, and nothing else is raised."""
    seen = fuzz(honest, range(400))
    assert seen["Nonsense"] > 80
    assert seen["Gone"] > 20
    assert seen["CheckFailed"] > 1


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_many_hosts_that_say_anything(honest: list[Any]) -> None:
    """The same with ten thousand."""
    assert fuzz(honest, range(400, 10_400)).total() == 10_000
