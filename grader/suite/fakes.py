"""`fake`: stands in for a function of the answer, with a known duration and a fresh result."""

import asyncio
import functools
import gc
import inspect
import sys
import weakref
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Literal

import anyio

from grader.clock.membership import current
from grader.clock.waits import Blocking, frames_outside
from grader.model.evidence import ArgumentsCheck, CallsCheck, Leftover
from grader.model.spans import Kind, Lane
from grader.suite.answer import Answer
from grader.suite.checks import CheckFailed, called, token
from grader.trace import lines
from grader.trace.circumstance import TWIN, OddError, Twin, note_failure
from grader.trace.recorder import Record, Recorder, mark_coroutine_function
from grader.wording import short

CROWDED = 0.1
"""Seconds that a step of a crowd's takes at least."""


@dataclass
class Call:
    """One call: its arguments by name, and whether it ever ran."""

    arguments: dict[str, Any]
    line: int | None
    record: Record
    result: Any = None

    @property
    def started(self) -> bool:
        return self.record.outcome != "unawaited"


@dataclass
class Fake:
    """A function of the answer while the suite stands in for it.

    `takes` seconds per call, or a function of the call's arguments that says how long.
    """

    name: str
    original: Callable[..., Any]
    signature: inspect.Signature
    recorder: Recorder
    takes: float | Callable[..., float]
    returns: Any
    raises: BaseException | Callable[..., BaseException | None] | None
    undo: float = 0.0
    unheld: bool = False
    calls: list[Call] = field(default_factory=list)

    @property
    def result(self) -> Any:
        """What the last finished call returned."""
        done = [call.result for call in self.calls if call.record.outcome == "done"]
        if not done:
            raise self._not_called(f"a call of {self.name}", "none")
        return done[-1]

    def result_for(self, *args: Any, **kwargs: Any) -> Any:
        """What the last finished call with these arguments returned."""
        wanted = self._arguments(args, kwargs)
        for call in reversed(self.calls):
            if call.record.outcome == "done" and _alike(call.arguments, wanted):
                return call.result
        raise self._no_such_call(wanted)

    def _no_such_call(self, wanted: dict[str, Any]) -> CheckFailed:
        """No finished call has these arguments: it did not end, or got others, or never came."""
        what = f"a call {self.name}({_listing(wanted)})"
        ran = [call for call in self.calls if call.started]
        if any(_alike(call.arguments, wanted) for call in ran):
            return self._not_called(what, "none that ended")
        for call in ran:
            right = [key for key in wanted if _nearly(call.arguments.get(key), wanted[key])]
            if right and call.arguments.keys() == wanted.keys():
                return self._other_arguments(call, wanted)
        return self._not_called(what, "none", len(ran))

    def _other_arguments(self, call: Call, wanted: dict[str, Any]) -> CheckFailed:
        got = call.arguments
        wrong = next((key for key in wanted if not _same_argument(got.get(key), wanted[key])), "")
        return CheckFailed(
            ArgumentsCheck(
                expected=f"{self.name}({_listing(wanted)})",
                actual=f"{self.name}({_listing(got)})",
                name=self.name,
                line=call.line,
                argument=wrong,
                wanted=_with_type(wanted.get(wrong), got.get(wrong)),
                got=_with_type(got.get(wrong), wanted.get(wrong)),
            )
        )

    def _not_called(self, expected: str, actual: str, others: int = 0) -> CheckFailed:
        return CheckFailed(
            CallsCheck(
                kind="not_called", expected=expected, actual=actual, name=self.name, others=others
            )
        )

    def was_called_once_with(self, *args: Any, **kwargs: Any) -> Literal[True]:
        """Exactly one call ran, with these arguments: True, for an `assert` before it."""
        self.was_called(1)
        wanted = self._arguments(args, kwargs)
        (ran,) = [call for call in self.calls if call.started]
        if not _alike(ran.arguments, wanted):
            raise self._other_arguments(ran, wanted)
        return True

    def was_called(self, times: int) -> Literal[True]:
        """Exactly that many calls ran: True, for an `assert` before it."""
        ran = [call for call in self.calls if call.started]
        called(self.name, len(ran), times)
        return True

    # -- the stand-ins -------------------------------------------------------

    def async_function(self) -> Callable[..., Coroutine[Any, Any, Any]]:
        @functools.wraps(self.original)
        def stand_in(*args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
            if (twin := TWIN.get()) is not None:
                return self._run_twin(twin, args, kwargs)
            call = self._called(args, kwargs, self.recorder.line(sys._getframe(1)))
            work: Any = self._run(call, args, kwargs)
            work.__name__ = self.name
            work.__qualname__ = self.name
            return work  # type: ignore[no-any-return]

        return mark_coroutine_function(stand_in)  # type: ignore[no-any-return]

    def sync_function(self) -> Callable[..., Any]:
        @functools.wraps(self.original)
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            if (twin := TWIN.get()) is not None:
                self._arguments(args, kwargs)
                with twin.step(self.name):
                    (current() or self.recorder.clock).sleep(self._duration(args, kwargs))
                return self._outcome(args, kwargs)
            call = self._called(args, kwargs, self.recorder.line(sys._getframe(1)))
            self.recorder.start(call.record)
            self._block(call, self._duration(args, kwargs), sys._getframe(1))
            return self._finish(call, args, kwargs)

        return stand_in

    def _block(self, call: Call, duration: float, frame: FrameType) -> None:
        """Keep the calling thread waiting; on the event loop's own, that is a blocking call."""
        clock = current() or self.recorder.clock
        clock.sleep(duration)
        if self.recorder.is_on_loop() and duration:
            frames = frames_outside(frame)
            blocking = Blocking(call.record.label, frames, call.record.start, clock.now())
            clock.blocking.append(blocking)

    async def _run_twin(self, twin: Twin, args: Any, kwargs: Any) -> Any:
        self._arguments(args, kwargs)
        with twin.step(self.name):
            await self.recorder.pass_time(self._duration(args, kwargs))
        return self._outcome(args, kwargs)

    async def _run(self, call: Call, args: Any, kwargs: Any) -> Any:
        self.recorder.start(call.record)
        duration = self._duration(args, kwargs)
        try:
            if self.unheld and duration:
                await self._held_by_nobody(duration)
            else:
                await self.recorder.pass_time(duration)
        except asyncio.CancelledError:
            if self.undo:
                with anyio.CancelScope(shield=True):  # its groups cancel again and again
                    await self.recorder.pass_time(self.undo * self.recorder.circumstance.stretch)
            self.recorder.end(call.record, "cancelled")
            raise
        except GeneratorExit:
            call.record.is_lost = True
            raise
        return self._finish(call, args, kwargs)

    async def _held_by_nobody(self, seconds: float) -> None:
        """Wait as for an answer from the network: nothing keeps alive who waits.

        A timer holds its task through the loop's heap. A reply's future is known only to who awaits
        it, so a task that nobody holds can vanish, and midway Python tidies its memory.
        """
        loop = asyncio.get_running_loop()
        reply = loop.create_future()
        known = weakref.ref(reply)

        def arrives() -> None:
            waiting = known()
            if waiting is not None and not waiting.done():
                waiting.set_result(None)

        midway = loop.time() + seconds / 2
        if midway not in self.recorder.tidied_at:  # once for all who wait so long
            self.recorder.tidied_at.add(midway)
            loop.call_at(midway, gc.collect)
        loop.call_later(seconds, arrives)
        await reply

    def _called(self, args: Any, kwargs: Any, line: int | None) -> Call:
        arguments = self._arguments(args, kwargs)
        label = f"{self.name}({_listing(arguments, 40)})"
        asynchronous = inspect.iscoroutinefunction(self.original)
        lane: Lane = "loop" if self.recorder.is_on_loop() else "thread"
        kind: Kind = "call" if asynchronous else "job"
        call = Call(arguments, line, self.recorder.called(self.name, label, lane, kind, line))
        self.calls.append(call)
        self.recorder.asked.append((self.name, self.signature, call))
        for value in arguments.values():
            if inspect.iscoroutine(value):
                made = lines.first(self.recorder.file, (at[:2] for at in value.cr_origin or ()))
                left = Leftover(what=value.__name__, line=made or line)
                self.recorder.unawaited.append(left)  # a coroutine where its result should be
        return call

    def _arguments(self, args: Any, kwargs: Any) -> dict[str, Any]:
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:  # as the real function would raise it
            raise TypeError(f"{self.name}(): {error}") from None
        bound.apply_defaults()
        return dict(bound.arguments)

    def _duration(self, args: Any, kwargs: Any) -> float:
        takes = self.takes(*args, **kwargs) if callable(self.takes) else self.takes
        twin = TWIN.get()
        if twin is not None and self.recorder.circumstance.id == "in_a_crowd":
            if self.name in self.recorder.background and not self.recorder.is_on_loop():
                return 0.0  # what may be late may wait for a thread
            takes = takes or CROWDED  # a queue behind a step of no time would not be seen
        return takes * self.recorder.circumstance.stretch * (twin.pace if twin is not None else 1)

    def _finish(self, call: Call, args: Any, kwargs: Any) -> Any:
        try:
            call.result = self._outcome(args, kwargs)
        except BaseException:
            self.recorder.end(call.record, "failed")
            broken = self.recorder.circumstance.failing == self.name
            note_failure(f"{self.name}({_listing(call.arguments)})", broken=broken)
            raise
        self.recorder.end(call.record)
        return call.result

    def _outcome(self, args: Any, kwargs: Any) -> Any:
        """What the suite makes of a call: its result, or its exception."""
        circumstance = self.recorder.circumstance
        error = self.raises
        if callable(error) and not isinstance(error, BaseException):
            error = error(*args, **kwargs)
        if circumstance.failing == self.name:
            raise self.recorder.raised.plant(OddError(f"{self.name} is out of order"))
        if error is not None:
            raise self.recorder.raised.plant(circumstance.error(error, self.name))
        result = self.returns(*args, **kwargs) if callable(self.returns) else self.returns
        return circumstance.result(result, self.name)


class Fakes:
    """The `fake` fixture: a suite's stand-ins for functions of the answer.

    paid = fake("charge", takes=1.0, returns={"paid": True})
    fake("notify", takes=lambda order: order / 10, raises=ValueError("no address"))
    response = await client.post("/checkout", json={"id": 7})
    paid.was_called_once_with(7)
    """

    def __init__(self, answer: Answer, recorder: Recorder) -> None:
        self._answer = answer
        self._recorder = recorder
        self._signatures: dict[str, inspect.Signature] = {}

    def __call__(
        self,
        name: str,
        *,
        takes: float | Callable[..., float] = 0.0,
        returns: Any = ...,
        raises: BaseException | Callable[..., BaseException | None] | None = None,
        background: bool = False,
        undo: float = 0.0,
        unheld: bool = False,
    ) -> Fake:
        """Replace the answer's function `name`; without `returns`, the result is random.

        `background`: by the task's contract it may run on after the response. `undo`: seconds that
        a cancelled call still needs to end. `unheld`: like a connection, a call keeps nobody alive
        who waits for it, so that Python may tidy away a task which nothing else holds; the
        background's calls are so anyway.
        """
        if not (raises is None or callable(raises) or isinstance(raises, BaseException)):
            raise TypeError(
                f"fake({name!r}): `raises` is an exception, or a function of the call's "
                f"arguments that gives one or None, not {short(raises)}"
            )
        if background:
            self._recorder.background.add(name)
        self._recorder.faked[name] = background
        # A second stand-in for a name takes the place of the first one.
        original = self._answer.original(name)
        if returns is ...:
            returns = lambda *args, **kwargs: {name: token()}  # noqa: E731
        if name not in self._signatures:
            self._signatures[name] = _signature_of(name, original)
        fake = Fake(
            name,
            original,
            self._signatures[name],
            self._recorder,
            takes,
            returns,
            raises,
            undo,
            unheld or background,
        )
        asynchronous = inspect.iscoroutinefunction(original)
        if (undo or unheld) and not asynchronous:
            raise TypeError(f"fake({name!r}): only an `async def` can be cancelled or tidied away")
        stand_in = fake.async_function() if asynchronous else fake.sync_function()
        self._answer.replace(name, stand_in)
        return fake


def _signature_of(name: str, original: Callable[..., Any]) -> inspect.Signature:
    signature = inspect.signature(original)
    if type(signature) is not inspect.Signature:
        raise TypeError(f"{name} has a signature of its own making")
    return signature


def _alike(got: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return got.keys() == wanted.keys() and all(
        _same_argument(got[key], wanted[key]) for key in wanted
    )


def _same_argument(got: Any, wanted: Any) -> bool:
    return type(got) is type(wanted) and bool(got == wanted)


def _nearly(got: Any, wanted: Any) -> bool:
    """Equal, or the same in another type: `"7"` for 7."""
    return _same_argument(got, wanted) or short(got).strip("'") == short(wanted).strip("'")


def _with_type(value: Any, other: Any) -> str:
    """The value, with its type where only that tells it from `other`."""
    alike = type(value) is not type(other) and _nearly(value, other)
    return f"{short(value)} ({type(value).__name__})" if alike else short(value)


def _listing(arguments: dict[str, Any], limit: int = 60) -> str:
    return ", ".join(short(value, limit) for value in arguments.values())
