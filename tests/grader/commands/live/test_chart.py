"""The chart of many visitors."""

import itertools

from grader.commands.live.chart import HEIGHT, LINE_HEIGHT, chart
from grader.model.events import Served


def served(*told: tuple[int, float | None, int]) -> list[Served]:
    return [Served(visitors=many, seconds=took, errors=bad) for many, took, bad in told]


def test_lines_of_two_programs() -> None:
    """Ten times as many are as far to the right, ten times as long as far up, for each."""
    shown = chart(
        {
            "yours": ("yours", served((1, 1.0, 0), (10, 1.0, 0), (100, 1.0, 0))),
            "blocking": ("blocks the loop", served((1, 1.0, 0), (10, 10.0, 0), (100, 100.0, 0))),
        }
    )
    assert shown is not None
    yours, blocking = shown.lines
    assert [x for x, _ in yours.points] == [0.0, 50.0, 100.0]
    assert len({y for _, y in yours.points}) == 1
    first, second, third = (y for _, y in blocking.points)
    assert (first - second, second - third) == (HEIGHT / 2, HEIGHT / 2)
    assert (yours.last, blocking.last) == ("1.0 s", "100.0 s")
    assert [text for _, text in shown.up] == ["1.0 s", "10.0 s", "100.0 s"]
    assert [text for _, text in shown.across] == ["1", "10", "100"]
    assert shown.rows[-1] == ("100", ["1.0 s", "100.0 s"])


def test_equal_lines_have_labels_apart() -> None:
    """Four programs that take the same time can still be told from one another."""
    kinds = ("yours", "sequential", "blocking", "threaded")
    shown = chart({kind: (kind, served((1, 1.5, 0), (7, 1.5, 0))) for kind in kinds})
    assert shown is not None
    places = sorted(line.label_y for line in shown.lines)
    assert all(b - a >= LINE_HEIGHT for a, b in itertools.pairwise(places))
    assert [line.kind for line in shown.lines] == list(kinds)


def test_what_has_no_figure() -> None:
    """Errors are told; what never answers or came too late has no point."""
    shown = chart(
        {
            "yours": ("yours", served((1, 1.0, 1), (5, None, 5))),
            "threaded": ("in threads", served((1, 0.0, 0))),
        }
    )
    assert shown is not None
    assert [line.last for line in shown.lines] == ["never", "0.0 s for 1"]
    assert shown.rows == [
        ("1", ["1.0 s, 1 error", "0.0 s"]),
        ("5", ["never, 5 errors", "not in time"]),
    ]


def test_nobody_had_an_answer() -> None:
    assert chart({"yours": ("yours", [])}) is None
