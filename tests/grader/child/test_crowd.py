"""A crowd of visitors at an answer, on the virtual clock."""

from pathlib import Path

import pytest

from grader.child import crowd
from grader.course import exercises as course
from grader.course import folders, ghosts, patches
from grader.course.given import given
from grader.model import events
from grader.model.job import Crowd
from grader.suite.answer import stage

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
KNOWN = {"yours": CHECKOUT.solution, **ghosts.of(CHECKOUT)}


def come(text: str, folder: Path, **how: object) -> list[tuple[int, float | None, int]]:
    """What became of the visitors of that program: how many, when, how many errors."""
    source = stage(text.encode(), "answer.py", "answer.py", folder / "answer")
    wanted = {"request": 'POST /checkout {"id": 12345}', "counts": (1, 100), **how}
    told: list[events.Event] = []
    crowd.serve(Crowd(**wanted), source, told.append)  # type: ignore[arg-type]
    assert isinstance(told.pop(), events.End)
    return [(s.visitors, s.seconds, s.errors) for s in told if isinstance(s, events.Served)]


@pytest.mark.parametrize(
    ("kind", "last"), [("yours", 1.0), ("sequential", 1.5), ("blocking", 51.0), ("threaded", 3.0)]
)
def test_a_hundred_visitors(kind: str, last: float, tmp_path: Path) -> None:
    """Overlapping, one after the other, on a blocked loop, and on forty threads."""
    assert come(patches.whole(KNOWN[kind]), tmp_path)[-1] == (100, last, 0)


def test_they_come_one_by_one(tmp_path: Path) -> None:
    """Their spacing is time, too: the last of five comes after 4 s."""
    text = CHECKOUT.solution.read_text()
    assert come(text, tmp_path, counts=(5,), gap=1.0) == [(5, 5.0, 0)]


def test_a_given_function_fails(tmp_path: Path) -> None:
    """It takes its time, then raises: each visitor has an error, and only its own."""
    assert given(CHECKOUT) == ["process_payment", "send_confirmation_email"]
    text = CHECKOUT.solution.read_text()
    told = come(text, tmp_path, failing="send_confirmation_email")
    assert told == [(1, 0.5, 1), (100, 0.5, 100)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\n", (1, 0.0, 1)),
        ("from fastapi import FastAPI\napp = FastAPI()\n", (1, 0.0, 1)),
        (
            "import asyncio\nfrom fastapi import FastAPI\napp = FastAPI()\n"
            "@app.post('/checkout')\nasync def checkout():\n    await asyncio.Event().wait()\n",
            (1, None, 1),
        ),
    ],
)
def test_no_answer(text: str, told: tuple[int, float | None, int], tmp_path: Path) -> None:
    """Without an app, without that path, and with an endpoint that waits for ever."""
    assert come(text, tmp_path, counts=(1,)) == [told]
