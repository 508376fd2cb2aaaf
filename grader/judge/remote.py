"""The judge's side of one test: an app and functions that are in the host, and whose turn it is."""

import asyncio
import builtins
import contextlib
import inspect
import itertools
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextvars import Context, copy_context
from functools import partial
from pathlib import Path
from typing import Any

from grader.clock import Endless
from grader.judge.line import Gone, Line, Nonsense, Unheard, Unplayable
from grader.judge.services import Services
from grader.judge.tables import Tables
from grader.judge.values import MAX_TEXT, pack, pack_error, unpack
from grader.suite.conversation import Conversation
from grader.suite.logs import Entry, Logs
from grader.suite.websockets import ClientGoneError
from grader.trace.recorder import Recorder

MAX_TURNS = 50_000
"""Turns of one test at most."""
MAX_LINES = 10_000
"""Lines of the log of one test at most."""


class ServedError(Exception):
    """What the app has raised in the host, as text."""


class Remote:
    """One test's conversation with the host."""

    def __init__(
        self,
        line: Line,
        recorder: Recorder,
        played: Mapping[str, Any] | None = None,
        home: Path | None = None,
    ) -> None:
        """`played`: the suite's own upstream, database and logs, where its test asks for them;
        `home`: the files of a database are in a folder there.
        """
        self.line = line
        self.played = played or {}
        self.logs: Logs | None = self.played.get("logs")
        self.takes: dict[str, Callable[..., None]] = {
            name: partial(take, self) for name, take in _TAKES.items()
        }
        if "upstream" in self.played:
            self.takes |= Services(self.played["upstream"], self._begin).takes
        self.tables: Tables | None = None
        if "database" in self.played:
            folder = Path(tempfile.mkdtemp(dir=home))
            self.tables = Tables(self.played["database"], self._begin, folder)
            self.takes |= self.tables.takes
        self.recorder = recorder
        self.loop = recorder.loop
        self.clock: Any = recorder.clock
        self.unheard: Unheard | None = None
        """Why there is no opinion on this test."""
        self.is_over = False
        self.until: int | None = None
        """Until when the host has nothing to do; None for ever."""
        self.told: list[Any] = []
        self.stand_ins: dict[str, tuple[Callable[..., Any], bool]] = {}
        """By name, and whether the answer's own function is an `async def`."""
        self.visits: dict[int, tuple[asyncio.Queue[Any], Context]] = {}
        self.made: dict[int, tuple[Any, Context]] = {}
        self.asked: dict[int, asyncio.Task[Any]] = {}
        self.raised: dict[int, BaseException] = {}
        """The suite's own exceptions, which the host can only name."""
        self.served: list[BaseException] = []
        """What the app and the answer's functions have raised."""
        self._scopes: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count()
        self._turns = 0
        self._context = copy_context()

    # -- the test's beginning and end ----------------------------------------------

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """The answer is loaded in the host, for this test. Raises Unheard."""
        try:
            self.line.put({"load": [*self.played]})
            if self.line.get() != {"loaded": 0}:
                raise Gone("the file does not load there as before")
            self._hear(self._frame())
        except Unheard as error:
            self.unheard = error
            raise
        self.clock.elsewhere = self.idle
        try:
            yield
        finally:
            self.clock.elsewhere = None
            self.is_over = True
            self._end()
            if self.tables is not None:
                self.tables.close()

    def _end(self) -> None:
        for work, *_ in self.made.values():
            if inspect.iscoroutine(work):
                work.close()
        if self.unheard is None or isinstance(self.unheard, Unplayable):
            try:
                self.line.put({"now": self.clock.now_ns, "said": [["end", 0]]})
                if self.line.get() != {"ended": True}:
                    raise Nonsense("a word after the end")
            except Unheard as error:
                self.unheard = error

    # -- taking turns with the host --------------------------------------------------

    def idle(self, due: int | None) -> bool:
        """Nothing is left to do here until `due`: is it the host's turn before that."""
        while self.unheard is None:
            if not self.told:
                if self.until is None or (due is not None and due <= self.until):
                    return False
                self.clock.move(self.until)
            try:
                if self._exchange():
                    return True
            except Unheard as error:
                self.unheard = error
            if self.clock.is_endless():
                self.clock.fail(Endless("the app goes on and on"))
                return True
        self.clock.fail(self.unheard)
        return True

    def _exchange(self) -> bool:
        """Whether the host has said anything but until when it has nothing to do."""
        self._turns += 1
        if self._turns > MAX_TURNS:
            raise Nonsense("too many turns")
        told, self.told = self.told, []
        self.line.put({"now": self.clock.now_ns, "said": told})
        return self._hear(self._frame())

    def _frame(self) -> Any:
        """The host's turn. Raises Nonsense when it has not the form of one."""
        frame = self.line.get()
        if not isinstance(frame, dict) or frame.keys() != {"until", "said"}:
            raise Nonsense("a turn that is none")
        until, said = frame["until"], frame["said"]
        if not (until is None or (type(until) is int and until > self.clock.now_ns)):
            raise Nonsense("a time that is none")
        if not isinstance(said, list):
            raise Nonsense("a turn that is none")
        for each in said:
            if not isinstance(each, list) or len(each) < 2 or type(each[1]) is not int:
                raise Nonsense("a message that is none")
        return frame

    def _hear(self, frame: Any) -> bool:
        self.until = frame["until"]
        if frame["said"]:
            self.loop.call_soon_threadsafe(self._take, frame["said"])
        return bool(frame["said"])

    def _take(self, said: list[Any]) -> None:
        try:
            for what, number, *rest in said:
                take = self.takes.get(what) if isinstance(what, str) else None
                if take is None:
                    raise Nonsense("a message that is none")
                take(number, *rest)
        except Unheard as error:
            self.unheard = error
        except Exception as error:
            self.unheard = Nonsense(f"a message that does not fit: {type(error).__name__}")

    def tell(self, *what: Any) -> None:
        self.told.append(what)

    def _reply(self, number: int, how: str, value: Any) -> None:
        try:
            if how == "raised":
                self.raised[number] = value
                self.tell("result", number, how, pack_error(value), number)
            else:
                self.tell("result", number, how, pack(value))
        except Unheard as error:
            self.unheard = error

    def _run(self, number: int, work: Coroutine[Any, Any, Any], context: Context | None) -> None:
        """What comes of `work` here is what the host waits for."""
        self.asked[number] = task = self.loop.create_task(work, context=context)
        task.add_done_callback(partial(self._answer, number))

    def _answer(self, number: int, task: "asyncio.Task[Any]") -> None:
        error = None if task.cancelled() else task.exception()
        if self.asked.pop(number, None) is None:
            return  # nobody waits for it any more
        if task.cancelled():
            self._reply(number, "cancelled", None)
        elif isinstance(error, Unheard):
            self.unheard = error
        elif error is not None:
            self._reply(number, "raised", error)
        else:
            self._reply(number, "returned", task.result())

    # -- what the host says --------------------------------------------------------------

    def _on_unplayable(self, _number: int, why: str) -> None:
        raise Unplayable(str(why)[:MAX_TEXT])

    def _on_leave(self, number: int) -> None:
        task = self.asked.get(number)
        if task is not None:
            task.cancel()

    def _on_receive(self, number: int, visit: int) -> None:
        self._visit(visit).put_nowait(("receive", number, None))

    def _on_send(self, number: int, visit: int, message: Any) -> None:
        message = unpack(message)
        texts = isinstance(message, dict) and type(message.get("type")) is str
        if not texts or type(message.get("body", b"")) is not bytes:
            raise Nonsense("an ASGI message that is none")
        if type(message.get("bytes") or b"") is not bytes:
            raise Nonsense("an ASGI message that is none")
        self._visit(visit).put_nowait(("send", number, message))

    def _on_over(self, number: int, how: str, value: Any) -> None:
        result: Any = None
        if how == "returned":
            result = unpack(value)
        elif how == "raised":
            result = self._error(*value)
            self.served.append(result)
        elif how not in ("cancelled", "left"):
            raise Nonsense("an end that is none")
        self._visit(number).put_nowait((how, number, result))

    def _error(self, name: str, text: str, number: int | None) -> BaseException:
        """What a call has raised there: an exception of the suite's, or one with its name."""
        if number in self.raised:
            return self.raised[number]
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            with contextlib.suppress(TypeError):
                return kind(str(text)[:MAX_TEXT])
        return ServedError(f"{name}: {text}"[:MAX_TEXT])

    def _visit(self, number: int) -> "asyncio.Queue[Any]":
        if number not in self.visits:
            raise Nonsense("a request that is none")
        return self.visits[number][0]

    def _on_call(self, number: int, name: str, given: Any, visit: int | None) -> None:
        if number in self.made:
            raise Nonsense("a call that was made before")
        args, kwargs = unpack(given)
        stand_in, waits = self.stand_ins[name]
        context = self._context_of(visit)
        work = partial(stand_in, *args, **kwargs)
        self.made[number] = (context.run(work) if waits else work), context

    def _on_run(self, number: int) -> None:
        self._start(number, *self.made.pop(number))

    def _context_of(self, visit: int | None) -> Context:
        """That of the request for which the host says that it calls."""
        return (self.visits[visit][1] if visit in self.visits else self._context).copy()

    def _begin(self, number: int, work: Any, visit: int | None) -> None:
        self._start(number, work, self._context_of(visit))

    def _start(self, number: int, work: Any, context: Context) -> None:
        if inspect.iscoroutine(work):
            self._run(number, work, context)
        else:
            # A call that keeps its thread waiting there keeps one waiting here.
            threading.Thread(target=self._block, args=(number, work, context)).start()

    def _block(self, number: int, work: Callable[[], Any], context: Context) -> None:
        try:
            result = context.run(work)
        except Unheard as error:
            self.unheard = error
        except Exception as error:
            self._reply(number, "raised", error)
        else:
            self._reply(number, "returned", result)

    def _on_log(self, _number: int, *said: Any) -> None:
        """A line of the log comes at the moment of the turn in which it is told."""
        level, severity, text, line, extra, error = said
        if self.logs is None or len(self.logs.lines) >= MAX_LINES:
            raise Nonsense("a line of a log that nobody reads")
        came: BaseException | None = None
        if error is not None:
            known = [self.raised[number] for number in error[1] if number in self.raised]
            came = BaseExceptionGroup("logged", known) if known else ServedError(str(error[0]))
        now = float(self.clock.now())
        entry = Entry(now, str(level), int(severity), str(text), came, int(line), unpack(extra))
        self.logs.lines.append(entry)

    # -- the app -----------------------------------------------------------------------------

    async def serve(
        self, scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]
    ) -> None:
        """The ASGI app that is in the host."""
        is_quick = isinstance(getattr(send, "__self__", None), Conversation)
        first = [await receive()] if is_quick else []
        known = self._scopes.setdefault(scope["type"], {})  # most of it is as it was before
        told = {k: v for k, v in scope.items() if k != "state" and known.get(k) != v}
        known.update(told)
        told["type"] = scope["type"]
        await self._visiting(receive, send, is_quick, "open", pack(told), pack(first))

    async def invoke(self, name: str, args: Any, kwargs: Any) -> Any:
        """A coroutine function of the answer that is in the host."""
        return await self._visiting(None, None, False, "invoke", name, pack([args, kwargs]))

    async def _visiting(self, receive: Any, send: Any, is_quick: bool, *told: Any) -> Any:
        """From a request's or a call's beginning there to its end; an app's messages between.

        Whoever `is_quick` takes what the app sends at once.
        """
        number = next(self._numbers)
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self.visits[number] = (queue, copy_context())
        self.tell(told[0], number, *told[1:])
        asked: list[int] = []
        try:
            while True:
                how, at, said = await self._next(queue, number)
                if how == "returned":
                    return said
                if how == "raised":
                    raise said
                if how == "left":
                    raise ClientGoneError
                if how == "cancelled":
                    raise asyncio.CancelledError
                if how == "send" and is_quick:
                    try:
                        await send(said)
                    except Exception as error:  # the app went on without knowing of it
                        self.unheard = Unplayable(str(error)[:MAX_TEXT])
                        raise
                    continue
                work = receive() if how == "receive" else send(said)
                self._run(at, work, None)
                asked.append(at)
        finally:
            for task in [self.asked.pop(at) for at in asked if at in self.asked]:
                task.cancel()

    async def _next(self, queue: "asyncio.Queue[Any]", number: int) -> Any:
        """What the host says next of it; a cancellation is for the answer to hear."""
        while True:
            try:
                return await queue.get()
            except asyncio.CancelledError:
                if self.is_over or self.unheard is not None:
                    raise
                self.tell("cancel", number)


_TAKES: dict[str, Callable[..., None]] = {
    "unplayable": Remote._on_unplayable,
    "leave": Remote._on_leave,
    "receive": Remote._on_receive,
    "send": Remote._on_send,
    "over": Remote._on_over,
    "call": Remote._on_call,
    "run": Remote._on_run,
    "log": Remote._on_log,
}
