"""Does the answer wait for a second, and no longer."""

import math

import pytest

from grader.suite import expect, same

pytestmark = [
    pytest.mark.except_for("every_call_fails", "there is no response that could say so"),
    pytest.mark.except_for("stretched", "the second is the task's, however slow the sensor is"),
]


async def test_a_sensor_that_answers(answer, clock, fake):
    """An answer after 0.2 s is returned after 0.2 s."""
    measure = fake("measure", takes=0.2)
    with clock.takes(0.2):
        value = await answer.read_sensor()
    same(value, measure.result)


async def test_a_sensor_that_never_answers(answer, clock, fake):
    """Without an answer it returns None after 1.0 s."""
    fake("measure", takes=math.inf)
    with clock.takes(1.0):
        value = await answer.read_sensor()
    actual = "None" if value is None else "a value"
    expect(value is None, "value", "None", actual, diagnosis="made-up-reading")
