"""What a timeline shows, and how it is drawn: pure functions over spans."""

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from grader.model.spans import Span, chain, peak
from grader.reports.picture import FANCY, PLAIN, draw, figure, ticks
from grader.reports.timeline import MAX_ROWS, Mark, timeline

SOURCE = "payment = await process_payment(order.id)"


def source(text: str = SOURCE) -> Callable[[int], str]:
    return lambda _line: text


def drawn(
    spans: list[Span],
    width: int = 80,
    text: str = SOURCE,
    *,
    fancy: bool = True,
    full: bool = False,
) -> list[str]:
    return [str(line) for line in draw(spans, width, source(text), fancy=fancy, full=full)]


def test_the_picture_of_the_readme() -> None:
    """Two lines one after another, on one scale that ends at the last moment."""
    spans = [
        Span(label="process_payment(1)", line=21, start=0.0, end=1.0),
        Span(label="send_confirmation_email(1)", line=22, start=1.0, end=1.5),
    ]
    assert drawn(spans, 81) == [
        " 21  payment = await process_payment(order.id)  ██████████████████░░░░░░░░░",
        " 22  payment = await process_payment(order.id)  ░░░░░░░░░░░░░░░░░░█████████",
        "                                                0.0      0.5      1.0      1.5 s",
    ]


@pytest.mark.parametrize("fancy", [True, False])
def test_the_expected_moment_is_marked(fancy: bool) -> None:
    """Under the axis, where the bars' scale has it, with the words on the side that has room."""
    spans = [Span(label="pay(1)", line=21, start=0.0, end=2.0)]
    mark = "▲" if fancy else "^"
    for goal, words in ((0.5, f"{mark} expected"), (2.0, f"expected {mark}")):
        first, axis, below = draw(spans, 80, source(), fancy=fancy, goal=goal)
        assert below.bars.strip() == words
        at = below.bars.index(mark)
        assert at == round(goal / 2.0 * len(first.bars))
        assert axis.bars.startswith("0.0")


def test_a_goal_beyond_the_end_is_on_the_scale() -> None:
    """What came too early ends before the mark."""
    spans = [Span(label="pay(1)", line=21, start=0.0, end=0.5)]
    bar, _, below = draw(spans, 80, source(), goal=1.0)
    assert bar.bars.count("█") == bar.bars.count("░")
    assert below.bars.rstrip().endswith("▲")


def test_the_save_before_is_drawn_below_on_the_same_scale() -> None:
    """In a lighter shade, and by the calls: its lines may have moved."""
    now = [Span(label="pay(1)", line=21, start=0.0, end=1.0)]
    then = [
        Span(label="pay(1)", line=20, start=0.0, end=1.0),
        Span(label="mail(1)", line=21, start=1.0, end=2.0),
    ]
    own, first, second, axis = draw(now, 80, source(), before=then)
    assert [own.is_ghost, first.is_ghost, second.is_ghost] == [False, True, True]
    assert (first.head.split(), second.head.split()) == (
        ["before:", "pay(1)"],
        ["before:", "mail(1)"],
    )
    width = len(own.bars)
    assert own.bars == "█" * (width // 2) + "░" * (width // 2)
    assert second.bars == "░" * (width // 2) + "▒" * (width // 2)
    assert axis.bars.endswith("2.0 s")


def test_nothing_is_drawn_where_no_time_passed() -> None:
    """A timeline of an instant would say nothing."""
    assert drawn([Span(label="f()", line=1, start=0.0, end=0.0)]) == []
    assert drawn([]) == []


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("text", ["f()", "x" * 300, "名前 = await 取得(注文)  # 世界" * 9, "a\tb"])
@pytest.mark.parametrize("fancy", [True, False])
def test_no_line_is_wider_than_the_terminal(width: int, text: str, fancy: bool) -> None:
    """Long code is cut, wide characters count twice, the fold stays readable."""
    spans = [
        Span(label="f()", line=n, start=0.0, end=float(n), outcome="failed", count=2000)
        for n in range(1, 40)
    ]
    lines = drawn(spans, width, text, fancy=fancy)
    assert max(map(cell_len, lines)) <= width
    assert len(lines) == MAX_ROWS + 3
    assert all("x2,000, 2,000 at once" in line for line in lines[:MAX_ROWS])
    assert lines[-1] == "(29 more rows: --timeline full)"
    assert len(drawn(spans, width, text, fancy=fancy, full=True)) == 41


def test_the_odd_rows_come_first_when_there_are_many() -> None:
    """Of more rows than fit, those with a finding are kept, then the longest."""
    plain = [Span(label="f()", line=n, start=0.0, end=n / 10) for n in range(1, 20)]
    odd = Span(label="g()", line=99, start=0.0, end=0.01, outcome="unawaited")
    shown = timeline([*plain, odd])
    assert shown is not None
    assert [row.line for row in shown.rows] == [*range(11, 20), 99]
    assert shown.left_out == 10


def test_all_characters_differ() -> None:
    """Each kind of stretch has a character of its own, also in ASCII."""
    for pens in (FANCY, PLAIN):
        assert len(set(pens.values())) == len(pens)
    assert all(pen.isascii() for pen in PLAIN.values())


def test_nothing_runs_beneath_what_blocks() -> None:
    """While a call blocks the loop, what waits on the loop is drawn as held up."""
    spans = [
        Span(label="pay(1)", line=21, start=0.0, end=1.0),
        Span(label="time.sleep(0.5)", line=22, start=0.5, end=1.0, blocking=True),
    ]
    first, second, _, legend = drawn(spans, 52, "f()")
    assert first.split()[-1] == "█" * 18 + "─" * 18
    assert second.split()[-1] == "░" * 18 + "▓" * 18
    assert legend.split("  ")[-2:] == ["─ held up", "▓ blocks the loop"]


def test_other_threads_run_on_beneath_what_blocks() -> None:
    """A blocked loop does not stop a thread, nor a server far away."""
    spans = [
        Span(label="resize()", line=21, start=0.0, end=1.0, lane="thread"),
        Span(label="time.sleep(1)", line=22, start=0.0, end=1.0, blocking=True),
    ]
    shown = timeline(spans)
    assert shown is not None
    assert shown.rows[0].marks == [Mark(0.0, 1.0, "done")]


def test_a_call_and_what_it_blocks_for_are_one_row() -> None:
    """`httpx.get` on the loop is one line that blocks, not one that also runs."""
    spans = [
        Span(label="GET api.example.com/data", line=19, start=0.0, end=0.3, lane="upstream"),
        Span(label="a synchronous call", line=19, start=0.0, end=0.3, blocking=True),
    ]
    shown = timeline(spans)
    assert shown is not None
    assert [row.is_odd for row in shown.rows] == [True]


def test_requests_of_one_endpoint_share_a_row() -> None:
    """Ten addresses that differ in an id are one row, two endpoints are two."""
    spans = [
        Span(label=f"GET /orders/{n}/items", start=0.0, end=1.0, kind="request") for n in range(9)
    ]
    spans.append(Span(label="GET /health", start=0.0, end=1.0, kind="request"))
    shown = timeline(spans)
    assert shown is not None
    assert {(row.label, row.fold) for row in shown.rows} == {
        ("GET /orders/.../items", "x9, 9 at once"),
        ("GET /health", ""),
    }


def test_an_end_is_drawn_above_what_ended_well() -> None:
    """One of two calls at a line failed: the failure is what one sees."""
    spans = [
        Span(label="pay(1)", line=21, start=0.0, end=1.0, outcome="failed"),
        Span(label="pay(2)", line=21, start=0.0, end=1.0),
    ]
    assert drawn(spans)[0].rstrip().endswith("█✗")


def test_what_took_no_time_is_a_stroke() -> None:
    """A call without a duration is there, and does not look like one that took a while."""
    spans = [
        Span(label="pay(1)", line=21, start=0.0, end=1.0),
        Span(label="note(1)", line=22, start=1.0, end=1.0),
    ]
    lines = drawn(spans, fancy=False)
    assert lines[1].endswith(".|")
    assert lines[-1].strip() == "| took no time"


def test_two_calls_on_one_line_are_two_rows() -> None:
    """As formatters write a gather: each call has its row, with the call instead of the line."""
    both = "pay, mail = await asyncio.gather(pay(1), mail(1))"
    spans = [
        Span(label="mail(1)", line=7, start=0.0, end=0.5),
        Span(label="pay(1)", line=7, start=0.0, end=1.0),
    ]
    lines = [str(line) for line in draw(spans, 80, lambda _line: both)]
    assert [line.split()[:2] for line in lines[:2]] == [["7", "mail(1)"], ["7", "pay(1)"]]


def test_the_shortest_is_shown_inside_the_longest() -> None:
    """Of calls that begin together in one row, the end of the shortest is marked."""
    spans = [
        Span(label="load('a')", line=7, start=0.0, end=0.5),
        Span(label="load('b')", line=7, start=0.0, end=1.5, count=9),
    ]
    shown = timeline(spans)
    assert shown is not None
    (row,) = shown.rows
    assert [mark.start for mark in row.marks if mark.pen == "shortest"] == [0.5]


def test_repeats_lie_where_they_were() -> None:
    """A chain of stretches with gaps is drawn with its gaps."""
    span = Span(label="f()", line=1, start=0.0, end=3.0, repeat=2, gap=1.0)
    shown = timeline([span])
    assert shown is not None
    assert shown.rows[0].marks == [Mark(0.0, 1.0, "done"), Mark(2.0, 3.0, "done")]
    assert span.each == 1.0


def test_a_chain_joins_what_follows_evenly() -> None:
    """Two lines that take turns two thousand times become two spans that say so."""
    spans = [
        Span(label=f"f({n})", line=1 + n % 2, start=float(n), end=n + 1.0) for n in range(2000)
    ]
    first, second = chain(spans)
    assert (first.times, first.each, first.gap) == (1000, 1.0, 1.0)
    assert (second.start, second.end) == (1.0, 2000.0)


def test_a_chain_breaks_where_the_beat_does() -> None:
    """What comes later than the others did is no part of their chain."""
    starts = [0.0, 2.0, 4.0, 7.0]
    spans = [Span(label="f()", line=1, start=start, end=start + 1.0) for start in starts]
    assert [span.repeat for span in chain(spans)] == [3, 1]


def test_peak() -> None:
    """What ends as another starts is not in flight with it; an instant is, with itself."""
    assert peak([Span(label="f", start=0, end=1), Span(label="f", start=1, end=2)]) == 1
    assert peak([Span(label="f", start=0, end=2), Span(label="f", start=1, end=2)]) == 2
    assert peak([Span(label="f", start=1, end=1, count=50)]) == 50


@pytest.mark.parametrize("end", [0.003, 0.3, 1.0, 1.5, 15.5, 200.0, 86400.0])
def test_an_axis_ends_at_the_end(end: float) -> None:
    """Round figures that rise from zero, and the end itself."""
    marks = ticks(end, 8)
    assert marks[0] == 0.0
    assert marks[-1] == end
    assert marks == sorted(set(marks))
    assert len(marks) <= 10


def test_figures() -> None:
    """A figure of the axis has a decimal point and no noise."""
    assert [figure(value) for value in (0.0, 1, 0.30000000000000004)] == ["0.0", "1.0", "0.3"]
