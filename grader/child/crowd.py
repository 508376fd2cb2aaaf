"""Many visitors of one answer on the virtual clock: when the last of them has an answer.

No suite and no stand-in takes part: the answer's given functions wait as they are written.
"""

import asyncio
import contextlib
import functools
import gc
import inspect
import json
from types import FunctionType
from typing import Any

import httpx

from grader.clock import Deadlock, Endless, VirtualLoop
from grader.model import events
from grader.model.job import Crowd
from grader.suite.answer import Answer, Source
from grader.suite.checks import CheckFailed
from grader.suite.client import BASE_URL, Client, app_of
from grader.suite.loading import load_again, logging_kept
from grader.trace.recorder import Recorder


def serve(crowd: Crowd, source: Source, send: events.Send) -> None:
    """Tell of each of the counts, then the end. An answer that cannot be loaded tells nothing."""
    for visitors in crowd.counts:
        gc.collect()
        gc.disable()
        send(_come(crowd, source, visitors))
        gc.enable()
    send(events.End())


def _come(crowd: Crowd, source: Source, visitors: int) -> events.Served:
    loop = VirtualLoop()
    loop.set_exception_handler(lambda *_: None)
    recorder = Recorder(loop.clock, source.shown, loop)
    answers: list[tuple[float, int]] = []
    try:
        with logging_kept():
            answer = Answer(load_again(source, source.compile(), None), source.shown)
            if crowd.failing:
                _break(answer, crowd.failing)
            loop.run_until_complete(_visit(crowd, answer, recorder, visitors, answers))
    except (Deadlock, Endless):
        pass  # whoever waits then never has an answer
    except CheckFailed:
        return events.Served(visitors=visitors, seconds=0.0, errors=visitors)  # there is no app
    finally:
        _leave_none(loop)
        loop.close()
    if len(answers) < visitors:
        return events.Served(visitors=visitors, seconds=None, errors=visitors - len(answers))
    errors = sum(status >= 400 for _, status in answers)
    last = max(at for at, _ in answers)
    return events.Served(visitors=visitors, seconds=round(last, 6), errors=errors)


def _leave_none(loop: VirtualLoop) -> None:
    """Cancel whoever waits for ever, and what the app has left running."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        with contextlib.suppress(Deadlock, Endless):
            loop.run_until_complete(asyncio.wait(left))


async def _visit(
    crowd: Crowd,
    answer: Answer,
    recorder: Recorder,
    visitors: int,
    answers: list[tuple[float, int]],
) -> None:
    client = Client(app_of(answer.app), recorder)
    await client.start()
    request = _request(crowd.request)
    first = recorder.clock.now()

    async def come(number: int) -> None:
        await asyncio.sleep(number * crowd.gap)
        try:
            response = await client.transport.handle_async_request(request)
            status = response.status_code
        except Exception:
            status = 500  # the app ended without a response
        answers.append((recorder.clock.now() - first, status))

    await asyncio.gather(*(come(number) for number in range(visitors)))
    with contextlib.suppress(Exception):  # how it stops is for its suite to judge
        await client.stop()


def _request(text: str) -> httpx.Request:
    """`POST /path {"a": "JSON body"}` as a request."""
    method, path, *body = text.split(" ", 2)
    content = json.loads(body[0]) if body else None
    return httpx.Request(method, BASE_URL + path, json=content)


def _break(answer: Answer, name: str) -> None:
    """Have the answer's function take its time, and then raise."""
    original: Any = answer.original(name)
    if not isinstance(original, FunctionType):
        return
    # A copy: what stands in for a function takes its code away.
    works = FunctionType(
        *(original.__code__, original.__globals__, name, original.__defaults__),
        original.__closure__,
    )
    works.__kwdefaults__ = original.__kwdefaults__
    sentence = f"{name} is out of order"

    async def fails_later(*args: Any, **kwargs: Any) -> Any:
        await works(*args, **kwargs)
        raise RuntimeError(sentence)

    def fails(*args: Any, **kwargs: Any) -> Any:
        works(*args, **kwargs)
        raise RuntimeError(sentence)

    broken = fails_later if inspect.iscoroutinefunction(original) else fails
    answer.replace(name, functools.wraps(original)(broken))
