"""Spans that stand for many."""

from grader.model.spans import MAX_SPANS, Span, peak


def repeated(start: float, each: float, repeat: int, gap: float, count: int = 1) -> Span:
    end = start + repeat * each + (repeat - 1) * gap
    return Span(label="look_up(...)", start=start, end=end, count=count, repeat=repeat, gap=gap)


def test_a_pause_between_two_calls_is_no_call() -> None:
    """Five workers, of which one is slow at each turn: what rests meanwhile is not in flight."""
    quick = repeated(0.0, 0.2, repeat=3, gap=0.8, count=4)
    slow = repeated(0.2, 0.8, repeat=3, gap=0.2, count=2)
    assert peak([quick, slow]) == 4
    assert [round(start, 6) for start, _ in slow.turns()] == [0.2, 1.2, 2.2]


def test_one_that_starts_as_another_ends_is_not_beside_it() -> None:
    """Also where sums of floats are a hair apart."""
    assert peak([repeated(0.0, 0.1, repeat=9, gap=0.0), repeated(0.9, 0.1, repeat=9, gap=0.0)]) == 1


def test_very_many_are_looked_at_as_a_whole() -> None:
    """A child's numbers are not trusted: nobody walks through a thousand million turns."""
    endless = repeated(0.0, 0.1, repeat=10**9, gap=0.0)
    assert len(list(endless.turns())) == 1
    assert len(list(repeated(0.0, 0.1, repeat=MAX_SPANS, gap=0.1).turns())) == MAX_SPANS
