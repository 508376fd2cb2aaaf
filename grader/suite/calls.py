"""Checks of when calls began, what became of callers, and what outlived a response."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

from grader.model.checks import OutlivedCheck, RateCheck, SharedCancelCheck
from grader.suite.checks import CheckFailed
from grader.trace.recorder import Record
from grader.wording import count, seconds

A_MOMENT = 0.01
"""Seconds by which two calls may be too close: the wall clock's timers are early at times."""


def at_most_in(stretch: float, allowed: int, calls: Sequence[Record]) -> None:
    """At most `allowed` of the calls began within any `stretch` seconds, wherever they lie.

    at_most_in(1.0, 5, trace.named("ask_partner"))
    """
    for first in calls:
        within = [c for c in calls if first.start <= c.start < first.start + stretch - A_MOMENT]
        if len(within) > allowed:
            end = max(call.start for call in within)
            raise CheckFailed(
                RateCheck(
                    expected=f"at most {count(allowed, 'call')} in any {seconds(stretch)}",
                    actual=f"{len(within)} between {seconds(first.start)} and {seconds(end)}",
                    name=first.name,
                    most=len(within),
                    allowed=allowed,
                    stretch_seconds=stretch,
                    start=float(first.start),
                    end=float(end),
                    line=first.line,
                )
            )


def none_outlived(calls: Sequence[Record], response: httpx.Response, left: float) -> None:
    """None of the calls went on after the response had left, at the moment `left`.

    Looks back: let time pass before, for as long as a call may take.

        response, left = await client.post("/trips/7"), clock.now()
        await clock.sleep(3.0)
        none_outlived(trace.named("book_hotel"), response, left)
    """
    for call in calls:
        if call.end is None or call.end > left:
            until = "it goes on" if call.end is None else f"it went on until {seconds(call.end)}"
            raise CheckFailed(
                OutlivedCheck(
                    expected=f"{call.name} to have ended when the response leaves",
                    actual=until,
                    name=call.label,
                    status=response.status_code,
                    left=float(left),
                    end=None if call.end is None else float(call.end),
                    line=call.line,
                ),
                visit=getattr(response, "visit", None),
            )


def heard(calls: Sequence[Record], gone: float, within: float) -> None:
    """None of the calls went on for more than `within` seconds after its visitor left, at `gone`.

    Looks back, as `none_outlived` does.

        gone = clock.now()
        visit.cancel()
        await clock.sleep(30.0)
        heard(trace.named("ask_model"), gone, 0.5)
    """
    for call in calls:
        if call.end is None or call.end > gone + within:
            until = "it goes on" if call.end is None else f"it went on until {seconds(call.end)}"
            raise CheckFailed(
                OutlivedCheck(
                    expected=f"{call.name} to have ended by {seconds(gone + within)}",
                    actual=until,
                    name=call.label,
                    status=0,
                    left=float(gone),
                    end=None if call.end is None else float(call.end),
                    line=call.line,
                ),
            )


def unharmed(stayed: Sequence["asyncio.Task[Any]"], name: str, gone: int = 1) -> None:
    """Nobody of those who stayed was cancelled with the `gone` callers whom the suite cancelled.

    `name` is the function whose result all of them were waiting for.

        callers[0].cancel()
        await asyncio.wait(callers)
        unharmed(callers[1:], "load_rate")
    """
    others = sum(task.cancelled() for task in stayed)
    if others:
        raise CheckFailed(
            SharedCancelCheck(
                expected=f"a result for {count(len(stayed), 'caller')} who stayed",
                actual=f"{count(others, 'CancelledError')}",
                name=name,
                gone=gone,
                others=others,
            )
        )
