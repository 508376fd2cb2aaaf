"""Hosts that say anything: the judge has an opinion or none, and nothing else comes of it."""

import copy
import io
import json
import random
import socket
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from grader.course import exercises as course
from grader.course import folders
from grader.judge.line import Gone, Line
from grader.suite.checks import same, status
from grader.suite.database import Database
from grader.suite.fakes import Fakes
from grader.suite.stopwatch import Stopwatch
from tests.grader.judge.played import hosted, outcome, with_database

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
ODD: list[Any] = [
    *("", "x", "\ud83d", "a" * 5000, "app", "loaded", "ended", "send", "over", "call", "__class__"),
    *(0, 1, -1, 0.5, 1e18, 10**30, 2**63, float("nan"), float("inf"), None, True, [], {}, [[]]),
    *({"d": {}}, {"t": [1]}, {"b": "\xff"}, {"m": []}, {"d": {"type": 5}}, {"until": None}),
]


class Recording(Line):
    """Notes what a host says."""

    def __init__(self, sock: socket.socket, real_seconds: float | None = None) -> None:
        super().__init__(sock, real_seconds)
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


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What a host with the solution says."""
    text = CHECKOUT.solution.read_text()
    with hosted(text, tmp_path_factory.mktemp("answer"), Recording) as line:
        assert outcome(line, check) == "passed"
        return line.frames  # type: ignore[no-any-return]


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
            holder[key] = copy.deepcopy(chance.choice(ODD))  # a later change may be in it
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


def kind(line: Line) -> str:
    """How a test ends for a judge, without its reason."""
    return outcome(line, check).partition(":")[0]


def fuzz(frames: list[Any], seeds: range) -> Counter[str]:
    return Counter(kind(Tape(mutated(frames, random.Random(seed)))) for seed in seeds)


SHOP = """
import aiosqlite
from contextlib import asynccontextmanager
from pathlib import Path
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

PATH = Path(__file__).with_name("shop.db")
engine = create_async_engine(f"sqlite+aiosqlite:///{PATH}")

@asynccontextmanager
async def starts(app):
    async with aiosqlite.connect(PATH) as db:
        await db.executescript("CREATE TABLE stock (id, name, left)")
    yield
    await engine.dispose()

app = FastAPI(lifespan=starts)

@app.get("/")
async def endpoint() -> int:
    async with engine.begin() as db:
        await db.execute(text("UPDATE stock SET left = left - 1 WHERE id = :id"), {"id": 1})
        return (await db.execute(text("SELECT left FROM stock"))).scalars().first()
"""


async def sell(client: Any, database: Database, _clock: Any) -> str:
    """One of each item is sold, and the connection is back."""
    response = await client.get("/")
    status(response, 200)
    same(response.json(), 2)
    same(len(database.open_sessions), 0)
    return "passed"


def kind_of_sale(line: Line, folder: Path) -> str:
    return str(with_database(line, folder, sell)).partition(":")[0]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What a host with a database says."""
    folder = tmp_path_factory.mktemp("shop")
    with hosted(SHOP, folder / "answer", Recording) as line:
        assert kind_of_sale(line, folder) == "passed"
        return line.frames  # type: ignore[no-any-return]


def fuzz_sales(frames: list[Any], folder: Path, seeds: range) -> Counter[str]:
    tapes = (Tape(mutated(frames, random.Random(seed))) for seed in seeds)
    return Counter(kind_of_sale(each, folder) for each in tapes)


def test_a_host_that_asks_a_database_for_anything(shop: list[Any], tmp_path: Path) -> None:
    """Statements, numbers and orders that are none end, and no file is left but its own."""
    assert kind_of_sale(Tape(tape(shop)), tmp_path) == "passed"
    seen = fuzz_sales(shop, tmp_path, range(200))
    assert seen["Nonsense"] > 40
    assert seen["Gone"] > 5
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert names <= {f"{number}.db" for number in range(9)}


def test_what_was_written_down_passes_again(honest: list[Any]) -> None:
    """Unchanged, the tape is the host."""
    assert outcome(Tape(tape(honest)), check) == "passed"


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


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_many_hosts_that_ask_a_database_for_anything(shop: list[Any], tmp_path: Path) -> None:
    """The same with four thousand."""
    assert fuzz_sales(shop, tmp_path, range(200, 4_200)).total() == 4_000
