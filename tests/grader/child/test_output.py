"""What an answer prints: the first 64 kB are kept, and a note says when there was more."""

import io
import sys
from collections.abc import Iterator

import pytest

from grader.child import output
from grader.clock.stacks import GRADER
from grader.model.events import MAX_PRINTED


@pytest.fixture(autouse=True)
def _streams() -> Iterator[None]:
    before = sys.stdout, sys.stderr
    yield
    sys.stdout, sys.stderr = before


def test_both_streams_in_their_order() -> None:
    """What goes to either is kept as it comes, without a flush."""
    output.begin()
    print("one", end=" ")
    print("two \udc80", file=sys.stderr)
    assert output.text() == "one two \\udc80\n"


def test_a_flood_is_counted_and_not_kept() -> None:
    """The note says how much is missing; nothing raises."""
    output.begin()
    for _ in range(3):
        print("x" * MAX_PRINTED, end="")
    text = output.text()
    assert text == "x" * MAX_PRINTED + "\n(cut at 64 kB: 131072 more bytes)"
    assert len(text) <= MAX_PRINTED + 100


def test_each_beginning_is_a_fresh_one() -> None:
    """Also after the answer has closed or replaced its streams."""
    output.begin()
    sys.stdout.close()
    sys.stderr = io.StringIO()
    output.begin()
    print("here")
    assert output.text() == "here\n"
    assert not sys.stdout.isatty()
    assert sys.stdout.fileno() == 1


class Clock:
    """Stands at a moment."""

    moment = 0.0

    def now(self) -> float:
        return self.moment


def test_each_line_has_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock a line begins with the moment at which it was begun, once."""
    output.begin()
    print("before there is a clock")
    clock = Clock()
    monkeypatch.setattr(output, "current", lambda: clock)
    print("start", end=" ")
    clock.moment = 1.5
    print("and more")
    print("done\n\nlater")
    assert output.text() == (
        "before there is a clock\n0.0 s | start and more\n1.5 s | done\n1.5 s | \n1.5 s | later\n"
    )


def test_a_traceback_is_the_learners(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps that lie in the grader are left out, also of a group; the others stay."""
    monkeypatch.setattr(output, "current", Clock)
    output.begin()
    own = "\n".join(f'{bar}  File "pay.py", line 7, in pay\n{bar}    f()' for bar in ("", "  | "))
    for bar in ("", "  | "):
        fake = f'{bar}  File "{GRADER}/suite/fakes.py", line 9, in _run\n{bar}    g()'
        print(f'{bar}  File "pay.py", line 7, in pay\n{bar}    f()\n{fake}\n{bar}    ^^^')
    print("Error: no")
    kept = output.text().replace("0.0 s | ", "")
    assert kept == f"{own}\nError: no\n"
