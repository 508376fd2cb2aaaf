"""`fake`: calls that need time to end, that nobody holds, and functions that FastAPI has taken."""

import asyncio
import gc

import anyio
import pytest

from grader.suite import same, status
from grader.suite.answer import Answer
from grader.suite.client import Client
from grader.suite.fakes import Fakes
from grader.suite.stopwatch import Stopwatch
from grader.suite.trace import Trace

ANSWER = '''
import asyncio
from typing import Annotated
from fastapi import Depends, FastAPI


async def user(name: str = "ann"):
    """Given."""


def price():
    """Given."""


async def refresh():
    """Given."""


app = FastAPI()


@app.get("/offer")
async def offer(who: Annotated[dict, Depends(user)], costs: Annotated[dict, Depends(price)]):
    return {"who": who, "costs": costs}


def start():
    asyncio.create_task(refresh())
'''


async def test_a_function_that_fastapi_has_taken(
    client: Client, fake: Fakes, clock: Stopwatch
) -> None:
    """`Depends(f)` at import holds the function itself, and meets the stand-in all the same."""
    users, prices = fake("user", takes=0.5), fake("price", takes=0.3)
    with clock.takes(0.8):
        response = await client.get("/offer?name=bob")
    status(response, 200)
    same(response.json(), {"who": users.result, "costs": prices.result})
    users.was_called_once_with("bob")
    prices.was_called(1)


async def test_a_cancelled_call_needs_its_time_to_undo(
    answer: Answer, fake: Fakes, clock: Stopwatch, trace: Trace
) -> None:
    """Also in a group of anyio, which cancels at each of its steps anew."""
    fake("refresh", takes=30.0, undo=0.5)
    task = asyncio.create_task(answer.refresh())
    await clock.sleep(1.0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    with anyio.move_on_after(1.0):
        await answer.refresh()
    ends = [(call.outcome, call.end) for call in trace.named("refresh")]
    assert ends == [("cancelled", 1.5), ("cancelled", 3.0)]


async def test_an_unheld_call_keeps_nobody_alive(
    answer: Answer, fake: Fakes, clock: Stopwatch, trace: Trace
) -> None:
    """A task that nothing else holds is tidied away, and its call is lost."""
    fake("refresh", takes=2.0, unheld=True)
    answer.start()
    await clock.sleep(0.1)
    gc.collect()
    await clock.sleep(5.0)
    (call,) = trace.named("refresh")
    assert (call.is_lost, call.outcome, call.line) == (True, "running", 28)
    held = asyncio.create_task(answer.refresh())
    await clock.sleep(0.1)
    gc.collect()
    await held
    assert [call.outcome for call in trace.named("refresh")] == ["running", "done"]


async def test_a_plain_function_has_nothing_to_undo(fake: Fakes) -> None:
    """Nobody can cancel it; the suite's author hears of it at once."""
    with pytest.raises(TypeError, match="only an `async def` can be cancelled"):
        fake("price", undo=1.0)
