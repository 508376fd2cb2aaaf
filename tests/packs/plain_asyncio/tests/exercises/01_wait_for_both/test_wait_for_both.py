"""Do both waits overlap, and does each come back in its place."""

import pytest

from grader.suite import same

pytestmark = pytest.mark.except_for("every_call_fails", "there is no response that could say so")


async def test_both_overlap(answer, clock, fake):
    """Both are there after 1.0 s, not 1.5 s."""
    left, right = fake("left", takes=1.0), fake("right", takes=0.5)
    with clock.takes(1.0, one_by_one=1.5):
        values = await answer.both()
    same(values, [left.result, right.result])


async def test_the_longer_one_decides(answer, clock, fake):
    """When right() takes 2.0 s, both are there after 2.0 s, each in its place."""
    left, right = fake("left", takes=1.0), fake("right", takes=2.0)
    with clock.takes(2.0, one_by_one=3.0):
        values = await answer.both()
    same(values, [left.result, right.result])
