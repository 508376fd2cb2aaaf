"""Conversations made up by chance, with the key and without: none raises in the parent.

With the key the events are well signed and their contents odd, as an answer's would be that has
found it; without it they are cut, moved, doubled and mixed, and none may earn a point.
"""

import importlib
import io
import json
import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.course import exercises as course
from grader.course import folders
from grader.model import events
from grader.model.report import ExerciseResult, Report
from grader.parent import session, verdict
from grader.parent.conversation import Order, Said
from grader.reports import actions, formats, terminal

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
TESTS = [test.id for test in CHECKOUT.tests]
POINTS = sum(test.points for test in CHECKOUT.tests)
KEY = b"k" * 32
ODD: list[Any] = [
    *("", "x", "\x1b]0;P\x07", "\ud83d", "\u202e", "a" * 5000, "::error::P", "=1+1", "<script>"),
    *("%s%n{0}", "\0", "1e309", "NaN", "0.5 s", "process_payment", "send_confirmation_email(7)"),
    *("[", "None", 0, 1, -1, 0.5, 1.5, 1e18, -1e18, 10**30, 2**63, 1e-320, None, True, [], {}),
]
KINDS = (
    *("time", "value", "status", "missing_name", "not_called", "called_too_often", "arguments"),
    *("peak", "left_open", "failure_hidden", "cancel", "replaced", "nothing"),
    *("outcome", "shutdown", "refused", "half_done", "read_ahead", "unbounded", "log"),
)
TYPES = (
    *("TimedOut", "StoodStill", "Deadlock", "Endless", "NotImplementedError", "CancelledError"),
    *("ValueError", "TypeError", "KeyError", "MemoryError", "SystemExit", "OperationalError"),
)
SHOWN = [*(f for f in formats.Format if f is not formats.Format.text), None]


class Chance:
    """Makes up conversations that begin with the same seed alike."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.rate = self.random.choice([0, 0.003, 0.003, 0.01, 0.08])
        """Most oddities end a conversation at once; with few, some come as far as a report."""

    def odd(self, usual: Any) -> Any:
        """Now and then something odd in the place of the usual."""
        return self.random.choice(ODD) if self.random.random() < self.rate else usual

    def text(self) -> Any:
        made = "".join(self.random.choices(string.printable, k=self.random.randrange(20)))
        known = [made, "process_payment", "send_confirmation_email(7)", "a\u202eb\x1b[2J", "0.5 s"]
        return self.odd(self.random.choice(known))

    def line(self) -> Any:
        return self.odd(self.random.choice([None, 0, 1, 26, 44]))

    def moment(self) -> Any:
        return self.odd(self.random.choice([0, 0.3, 0.5, 1, 1.5, 1e-9, 1e8]))

    def some(self, make: Callable[[], Any], most: int = 3) -> Any:
        return self.odd([make() for _ in range(self.random.randrange(most + 1))])

    def span(self) -> dict[str, Any]:
        start = self.moment()
        length = self.moment()
        usual = isinstance(start, int | float) and isinstance(length, int | float)
        return {
            "label": self.text(),
            "line": self.line(),
            "start": start,
            "end": self.odd(start + length if usual else length),
            "outcome": self.odd(
                self.random.choice(["done", "failed", "cancelled", "running", "unawaited"])
            ),
            "lane": self.odd(self.random.choice(["loop", "thread", "upstream", "database"])),
            "kind": self.odd(self.random.choice(["request", "coroutine", "call", "send", "job"])),
            "count": self.odd(self.random.choice([1, 2, 50])),
            "repeat": self.odd(self.random.choice([1, 2, 300])),
            "gap": self.moment(),
            "blocking": self.odd(self.random.random() < 0.5),
        }

    def problem(self) -> dict[str, Any]:
        return {
            "type": self.odd(self.random.choice(TYPES)),
            "message": self.text(),
            "line": self.line(),
            "call": self.text(),
            "on_loop": self.odd(False),
        }

    def leftover(self) -> dict[str, Any]:
        return {"what": self.text(), "line": self.line(), "running": self.odd(True)}

    def check(self) -> dict[str, Any]:
        kind = self.random.choice(KINDS)
        fields: dict[str, dict[str, Callable[[], Any]]] = {
            "time": {
                **dict.fromkeys(
                    ("expected_seconds", "actual_seconds", "start", "end"), self.moment
                ),
                "instead": lambda: self.odd({"one_by_one": self.moment()}),
                "what": self.text,
            },
            "value": {"path": self.text, "how": lambda: self.odd("missing")},
            "status": {"status": lambda: self.odd(500)},
            "missing_name": {"name": self.text, "close": self.text},
            "peak": dict.fromkeys(("most", "allowed"), lambda: self.odd(3)) | {"name": self.text},
            "arguments": dict.fromkeys(("name", "argument", "wanted", "got"), self.text),
            "left_open": {"line": self.line},
            "outcome": {
                **dict.fromkeys(("outcome", "wanted"), lambda: self.odd("cancelled")),
                **{"name": self.text, "at": self.moment, "line": self.line},
            },
            "refused": {"name": self.text, "status": lambda: self.odd(403)},
            "half_done": {"was": self.text, "wanted": self.text},
            "log": {"error": self.text, "told": lambda: self.odd(2)},
        }
        fields["shutdown"] = {n: make for n, make in fields["time"].items() if n != "what"}
        for name, many in (("read_ahead", "ahead"), ("unbounded", "waiting")):
            fields[name] = dict.fromkeys((many, "allowed"), lambda: self.odd(3)) | {
                "name": self.text
            }
        calls: dict[str, Callable[[], Any]] = {"name": self.text, "line": self.line}
        if kind in ("not_called", "called_too_often"):
            calls |= {"ran": lambda: self.odd(2), "times": lambda: self.odd(1)}
        if kind == "replaced":
            del calls["line"]
        more = {name: make() for name, make in fields.get(kind, calls).items()}
        return {"kind": kind, "expected": self.text(), "actual": self.text(), **more}

    def evidence(self) -> Any:
        """What a failed test observed; each part of it now and then."""
        parts: dict[str, Callable[[], Any]] = {
            "check": self.check,
            "error": self.problem,
            "server_errors": lambda: self.some(self.problem),
            "spans": lambda: self.some(self.span),
            **dict.fromkeys(
                ("unawaited", "unsent", "leftovers", "refused"), lambda: self.some(self.leftover)
            ),
            "lost": lambda: self.some(self.problem),
            "background": lambda: self.some(self.text),
            "stalls": lambda: self.some(lambda: self.odd(3)),
            "waiting": lambda: self.some(self.waiting),
            "unanswered": self.unanswered,
            "answered": lambda: self.odd({self.random.choice(["200", "500", "-1"]): self.line()}),
            "computing": lambda: self.some(self.computing),
            "spin": lambda: self.odd({"asks": self.text(), "awaits": self.odd(True)}),
            "blocked": self.moment,
        }
        chosen = self.random.sample(list(parts), self.random.randrange(5))
        return self.odd({name: parts[name]() for name in chosen})

    def waiting(self) -> dict[str, Any]:
        kind = self.odd(self.random.choice(["call", "lock", "queue", "sleep", "work", "result"]))
        made = {"name": self.text(), "kind": kind, "waits_for": self.text(), "line": self.line()}
        return made | {"stack": self.some(self.text)}

    def computing(self) -> dict[str, Any]:
        line = self.odd(3)
        return {"line": line, "real_seconds": self.moment(), "at": self.moment()}

    def unanswered(self) -> dict[str, Any]:
        status = self.odd(self.random.choice([404, 405, 422, 307]))
        texts = {name: self.text() for name in ("method", "path", "place", "name", "said")}
        return {**texts, "status": status, "routes": self.odd(1), "has": self.some(self.text)}

    def conversation(self) -> list[Any]:
        told: list[Any] = [{"event": "collected", "tests": TESTS}]
        if self.random.random() < 0.05:
            told.append({"event": "unloadable", "status": "broken", "problem": self.text()})
        for test in TESTS:
            if self.random.random() < 0.1:
                told.append({"event": "flagged", "flag": self.text()})
            told.append({"event": "started", "test": test})
            finished = {"event": "finished", "test": test, "seconds": self.moment()}
            finished["outcome"] = self.odd(self.random.choice(["failed", "failed", "skipped"]))
            finished |= {"spans": self.some(self.span), "printed": self.text()}
            if self.random.random() < 0.8:
                finished["evidence"] = self.evidence()
            told.append(finished)
        return [*told, {"event": "end"}]

    def mutated(self, whole: list[bytes], other: list[bytes]) -> list[bytes]:
        """The pieces of a conversation to which something happened on its way."""
        lines = list(whole)
        at = self.random.randrange(len(lines))
        what = self.random.randrange(7)
        if what == 0:
            lines = [self.random.randbytes(self.random.randrange(200)) for _ in range(8)]
        elif what == 1:
            lines = [b"".join(lines)[: self.random.randrange(sum(map(len, lines)))]]
        elif what == 2:
            lines.insert(self.random.randrange(len(lines)), lines[at])
        elif what == 3:
            self.random.shuffle(lines)
        elif what == 4:
            lines[at] = self.random.choice(other)
        elif what == 5:
            changed = bytearray(lines[at])
            changed[self.random.randrange(len(changed))] ^= 1 << self.random.randrange(8)
            lines[at] = bytes(changed)
        else:
            lines[at] = self.random.randbytes(40) + b"\n" + b"[" * 3000 + b"\n"
        data = b"".join(lines)
        ends = sorted(self.random.randrange(len(data) + 1) for _ in range(4))
        return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]


def signed(told: list[Any], key: bytes = KEY) -> list[bytes]:
    texts = [json.dumps(event).encode() for event in told]
    return [events.sign(key, order, text) + b" " + text + b"\n" for order, text in enumerate(texts)]


def judged(pieces: list[bytes]) -> ExerciseResult:
    said, reader = Said(Order(CHECKOUT, "checkout.py", None), 0.0), events.Reader(KEY)
    try:
        for piece in pieces:
            for event in reader.feed(piece):
                said.take(event)
    except events.Nonsense as error:
        said.nonsense = error
    said.odd = reader.odd
    return verdict._judged(said, 0.0)  # `of` would tell what it raises as a verdict


def show(report: Report, format: formats.Format | None) -> None:
    """As the format's own module does, so that what raises is seen."""
    if format is None:
        console = Console(file=io.StringIO(), width=100)
        terminal._render(report, console, full=True, passed=True)
        actions._draw(report)
        return
    module = importlib.import_module(f"grader.reports.{format}")
    assert module.render(report)


def with_the_key(first: int, many: int) -> None:
    for seed in range(first, first + many):
        chance = Chance(seed)
        result = judged(signed(chance.conversation()))
        show(session.report([result], "virtual"), chance.random.choice(SHOWN))


def without_the_key(first: int, many: int) -> None:
    failed: list[Any] = [{"event": "collected", "tests": TESTS}]
    for test in TESTS:
        failed += [{"event": "started", "test": test}]
        failed += [{"event": "finished", "test": test, "outcome": "failed"}]
    failed.append({"event": "end"})
    passed = json.loads(json.dumps(failed).replace('"failed"', '"passed"'))
    plain = [json.dumps(event).encode() + b"\n" for event in passed]
    whole, other = signed(failed), [*signed(passed, b"x" * 32), *plain]
    for seed in range(first, first + many):
        assert judged(Chance(seed).mutated(whole, other)).points == 0


@pytest.mark.parametrize("fuzz", [with_the_key, without_the_key])
def test_no_conversation_raises(fuzz: Callable[[int, int], None]) -> None:
    """A few hundred; `thorough` has a hundred thousand."""
    fuzz(0, 400)


@pytest.mark.thorough
@pytest.mark.timeout(1800)  # some minutes on one processor
@pytest.mark.parametrize("fuzz", [with_the_key, without_the_key])
def test_none_of_a_hundred_thousand_raises(fuzz: Callable[[int, int], None]) -> None:
    """Nor does one of these."""
    fuzz(1000, 100_000)


def test_many_spans_are_capped() -> None:
    """A conversation of fifteen megabytes makes a report of a few."""
    told: list[Any] = [{"event": "collected", "tests": TESTS}]
    span = {"label": "x" * 900, "line": 3, "start": 0, "end": 1}
    for test in TESTS:
        told.append({"event": "started", "test": test})
        told.append({"event": "finished", "test": test, "outcome": "failed", "evidence": {}})
        told[-1]["spans"] = [span] * 1000
    told.append({"event": "end"})
    result = judged(signed(told))
    assert all(len(test.timeline) <= 300 for test in result.tests)
    assert len(formats.render(formats.Format.json, session.report([result], "virtual"))) < 3 << 20


def test_what_cannot_be_shown_costs_its_own_exercise_the_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others keep theirs."""
    usual = {"status": "failed", "points": 5, "id": "bad"}
    bad = judged(signed(Chance(3).conversation())).model_copy(update=usual)
    good = bad.model_copy(update={"id": "good"})

    def dump(report: Report) -> str:
        if any(each.id == "bad" and each.status != "crashed" for each in report.exercises):
            raise ZeroDivisionError
        return str(
            [(each.id, each.status, each.points, report.points) for each in report.exercises]
        )

    report = session.report([bad, good], "virtual")
    monkeypatch.setattr("grader.reports.csv.render", dump)
    text = formats.render(formats.Format.csv, report)
    assert text == "[('bad', 'crashed', 0, 5), ('good', 'failed', 5, 5)]"
