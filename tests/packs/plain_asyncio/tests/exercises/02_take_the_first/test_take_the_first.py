"""Is the first result returned, and the other call ended."""

import pytest

from grader.suite import ended, same

pytestmark = pytest.mark.except_for("every_call_fails", "there is no response that could say so")


@pytest.mark.points(2)
async def test_the_first_is_returned(answer, clock, fake):
    """near() takes 0.3 s: its answer is there after 0.3 s."""
    near = fake("near", takes=0.3)
    fake("far", takes=2.0)
    with clock.takes(0.3, for_both=2.0):
        value = await answer.fastest()
    same(value, near.result)


async def test_the_other_one_is_ended(answer, fake, trace):
    """far() is cancelled when near() has answered."""
    fake("near", takes=0.3)
    fake("far", takes=2.0)
    await answer.fastest()
    (far,) = trace.named("far")
    ended(far, "cancelled")
