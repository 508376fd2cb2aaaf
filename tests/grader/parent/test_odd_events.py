"""Events that are well signed and odd: none raises in the parent, whatever stands in them.

`corpora/events/*.json` has, of each, the event that comes after the first test has started, and
the status that its exercise gets for it: `nonsense` is a crash told as "spoke out of turn".
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.course import exercises as course
from grader.course import folders
from grader.model import events
from grader.parent import session, verdict
from grader.parent.conversation import Order, Said
from grader.reports import formats, terminal

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
CASES = sorted((Path(__file__).parents[1] / "corpora" / "events").glob("*.json"))
KEY = b"k" * 16


def told(odd: Any) -> Said:
    """A child that says the usual, then `odd`, then as much as still fits."""
    first, *others = [test.id for test in CHECKOUT.tests]
    said = Said(Order(CHECKOUT, "checkout.py", None), started=0.0)
    reader = events.Reader(KEY)
    lines: list[Any] = [
        {"event": "collected", "tests": [first, *others]},
        {"event": "started", "test": first},
        json.loads(json.dumps(odd).replace("{test}", first)),
    ]
    for test in others:
        lines += [{"event": "started", "test": test}, {"event": "finished", "test": test}]
        lines[-1]["outcome"] = "passed"
    lines.append({"event": "end"})
    for order, line in enumerate(lines):
        text = json.dumps(line).encode()
        try:
            for event in reader.feed(events.sign(KEY, order, text) + b" " + text + b"\n"):
                said.take(event)
        except events.Nonsense as error:
            said.nonsense = error
            break
    return said


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_odd_event_is_judged(path: Path) -> None:
    """It gets its verdict, and every format can show it."""
    case = json.loads(path.read_text(encoding="utf-8"))
    result = verdict.of(told(case["event"]))
    if case["promise"] == "nonsense":
        assert result.status == "crashed"
        assert "out of turn" in (result.problem or "")
    else:
        assert result.status == case["promise"]
    assert result.points <= CHECKOUT_POINTS
    report = session.report([result], "virtual")
    for format in set(formats.Format) - {formats.Format.text}:
        assert formats.render(format, report)
    console = Console(file=io.StringIO(), width=80)
    terminal.render(report, console, full=True, passed=True)


CHECKOUT_POINTS = sum(test.points for test in CHECKOUT.tests)
