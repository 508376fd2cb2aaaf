"""The answer's process: loads the answer, serves its app, and asks the judge for all the rest."""

import asyncio
import functools
import gc
import inspect
import itertools
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import ExitStack, suppress
from contextvars import ContextVar
from types import CodeType
from typing import Any, NoReturn

import anyio

from grader.clock import ClockClosed, VirtualLoop
from grader.clock.waits import Waiter
from grader.isolation import limits
from grader.judge.driver import Driver
from grader.judge.line import Line, Unheard, Unplayable
from grader.judge.values import MAX_TEXT, pack, told, unpack, unpack_error
from grader.judge.wire import Wire
from grader.suite import settings
from grader.suite.answer import Answer, Source
from grader.suite.conversation import Message
from grader.suite.loading import load_again, logging_kept
from grader.suite.logs import Entry, Logs
from grader.suite.pools import Pools
from grader.suite.websockets import is_leaving
from grader.trace import lines
from grader.trace.recorder import Recorder, mark_coroutine_function
from grader.trace.tasks import STUBBORN_AFTER

MAX_LOGGED = 2_000
"""Characters of a line of the log."""
NUMBER = "__awaitlings_number__"
"""Where an exception of the judge's says which one it is."""
_visit: ContextVar[int | None] = ContextVar("_visit", default=None)
"""The number of the request that is being served."""


def main(line: Line, source: Source, guard_seconds: float) -> None:
    """Serve test after test, until the judge has no more. Raises Gone."""
    code = source.compile()
    while "load" in (heard := line.get()):
        limits.of_a_test(guard_seconds)
        source.clear()
        gc.disable()  # as in plugin.py: nothing may depend on when it happens
        with settings.kept(), logging_kept(), Host(line) as host:
            if heard["load"]:
                host.watch(heard["load"], Recorder(host.clock, source.shown, host.loop))
            host.load(source, code)
            host.run()
        gc.enable()
        gc.collect(0)
        line.put({"ended": True})


class Host(ExitStack):
    """The answer's app in one test."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line
        self.loop = VirtualLoop()
        self.clock = self.loop.clock
        self.is_over = False
        self.said: list[Any] = []
        """What the judge is told when nothing is left to do here."""
        self.calls: dict[int, asyncio.Future[Any]] = {}
        """Who waits for the judge's word, on the loop; and in other threads."""
        self.waiting: dict[int, Waiter] = {}
        self.answered: dict[int, Any] = {}
        self.visits: dict[int, asyncio.Task[None]] = {}
        self.unread: dict[int, list[Any]] = {}
        """Messages that came when nobody waited for them any more, by who had asked."""
        self.state: dict[str, Any] = {}
        self._scopes: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count()
        self.wire: Wire | None = None
        self.logs: Logs | None = None
        asyncio.set_event_loop(self.loop)

    def watch(self, what: Collection[str], recorder: Recorder) -> None:
        """From now on the judge answers what goes out over httpx and runs what a database is
        asked, and hears what is logged.
        """
        if "upstream" in what:
            self.wire = Wire(recorder, self._awaiting, self._blocking, self._say)
            self.enter_context(self.wire.noting_clients())
            self.enter_context(self.wire)
        if "database" in what:
            self.enter_context(Driver(self._blocking, self._say, self._refuse).driving())
        if "logs" in what:
            self.logs = Logs(recorder)
            self.enter_context(self.logs.listening())
        if "pools" in what:
            self.enter_context(Pools().standing_in())

    def load(self, source: Source, code: CodeType) -> None:
        """Load the answer for this test."""
        try:
            module = load_again(source, code, None)
            self.answer = Answer(module, source.shown)
        except Exception as error:
            self.is_over = True
            self.line.put({"broken": told(error)})
        else:
            self.line.put({"loaded": self.clock.now_ns})

    def run(self) -> None:
        """Until the judge says that the test is over."""
        loop = self.loop
        loop.set_exception_handler(lambda *_: None)
        if not self.is_over:
            self.clock.elsewhere = self.idle
            with suppress(ClockClosed):  # out of a call that kept the loop waiting
                loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=STUBBORN_AFTER))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    # -- taking turns with the judge -------------------------------------------

    def idle(self, due: int | None) -> bool:
        """Nothing is left to do here until `due`: it is the judge's turn, and then ours again."""
        while due is None or due > self.clock.now_ns:
            try:
                self._exchange(due)
            except Unheard as error:
                self._end()
                self.clock.fail(error)
                return True
            if self.clock.busy:
                return True
        return False

    def _exchange(self, due: int | None) -> None:
        if self.wire is not None:
            self.wire.note()
        if self.logs is not None:
            for entry in self.logs.lines:
                self._say("log", 0, *self._logged(entry))
            self.logs.lines.clear()
        said, self.said = self.said, []
        self.line.put({"until": due, "said": said})
        while "describe" in (heard := self.line.get()):
            self.line.put(self._described(heard["describe"]))
        self.clock.move(heard["now"])
        for what, number, *rest in heard["said"]:
            getattr(self, f"_on_{what}")(number, *rest)

    def _logged(self, entry: Entry) -> list[Any]:
        """A line of the log, with the numbers of the judge's exceptions that it tells of."""
        numbers = [
            vars(each)[NUMBER] for each in lines.origins(entry.error) if NUMBER in vars(each)
        ]
        error = None if entry.error is None else [told(entry.error), numbers]
        text = entry.text[:MAX_LOGGED]
        return [entry.level, entry.severity, text, entry.line, self._packed(entry.extra), error]

    def _described(self, name: str) -> Any:
        """How the answer's function of that name is called."""
        try:
            original = self.answer.original(name)
            if isinstance(original, type) and issubclass(original, Exception):
                return {"error": True}
            parameters = [
                [each.name, int(each.kind), *self._default(each)]
                for each in inspect.signature(original).parameters.values()
            ]
            return {"waits": inspect.iscoroutinefunction(original), "parameters": parameters}
        except (Exception, Unplayable) as error:
            return {"unplayable": told(error)}

    def _default(self, parameter: inspect.Parameter) -> list[Any]:
        return [] if parameter.default is parameter.empty else [pack(parameter.default)]

    def _on_end(self, _number: int) -> None:
        self._end()
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _end(self) -> None:
        self.is_over = True
        self.clock.elsewhere = None
        for waiter in self.waiting.values():
            waiter.failure = ClockClosed()
            self.clock.wake(waiter)

    def _ask(self, what: str, *rest: Any) -> int:
        number = next(self._numbers)
        self._say(what, number, *rest)
        return number

    def _say(self, *what: Any) -> None:
        if not self.is_over:
            self.said.append(what)

    # -- what the judge gives: the result of a call, a message -------------------

    def _on_result(self, number: int, *result: Any) -> None:
        waiter = self.waiting.pop(number, None)
        if waiter is not None:
            self.answered[number] = result
            self.clock.wake(waiter)
        else:
            future = self.calls.get(number)
            loop = self.loop if future is None else future.get_loop()
            with suppress(RuntimeError):  # a loop of the answer's own may be closed already
                loop.call_soon_threadsafe(self._resolve, number, result)

    def _resolve(self, number: int, result: Any) -> None:
        future = self.calls.pop(number, None)
        if future is not None and not future.done():
            future.set_result(result)
        elif number in self.unread and result[0] == "returned":
            self.unread[number].append(unpack(result[1]))

    async def _wait(self, number: int) -> Any:
        future = self.calls[number] = asyncio.get_running_loop().create_future()
        return self._value(await future)

    def _value(self, result: Any) -> Any:
        """What came of a call in the judge. Raises what it has raised."""
        how, value, *number = result
        if how == "raised":
            error = unpack_error(value, self.answer)
            vars(error)[NUMBER] = number[0]
            raise error
        if how == "cancelled":
            raise asyncio.CancelledError
        return unpack(value)

    async def _result(self, number: int) -> Any:
        """What comes of a call in the judge; who is cut off waits until the call is, too."""
        try:
            return await self._wait(number)
        except asyncio.CancelledError:
            if number in self.calls and not self.is_over:  # else its end came at this moment
                self._say("leave", number)
                with anyio.CancelScope(shield=True):  # it may need time to undo what it did
                    self.calls[number] = over = asyncio.get_running_loop().create_future()
                    await over
            raise

    def _parked(self, number: int) -> Any:
        """The same, and this thread waits for it."""
        if self.is_over:
            raise ClockClosed
        waiter = self.waiting[number] = Waiter(self.clock)
        self.clock.park(waiter, None)
        return self._value(self.answered.pop(number))

    async def _awaiting(self, what: str, *rest: Any) -> Any:
        return await self._result(self._ask(what, self._packed(rest), _visit.get()))

    def _blocking(self, what: str, *rest: Any) -> Any:
        return self._parked(self._ask(what, self._packed(rest), _visit.get()))

    # -- the app -----------------------------------------------------------------

    def _on_open(self, number: int, scope: Any, first: Any) -> None:
        self.loop.call_soon_threadsafe(self._open, number, unpack(scope), unpack(first))

    def _open(self, number: int, told: Message, first: list[Message]) -> None:
        known = self._scopes.setdefault(told["type"], {})
        known.update(told)
        scope = {k: v.copy() if isinstance(v, list | dict) else v for k, v in known.items()}
        if scope["type"] == "lifespan":
            scope["state"] = self.state = {}
        else:
            scope["state"] = self.state.copy()
        self.visits[number] = self.loop.create_task(self._serve(number, scope, first))

    async def _serve(self, number: int, scope: Message, unread: list[Message]) -> None:
        """With a first message that is here already, the other end takes all at once."""
        is_quick = bool(unread)
        _visit.set(number)

        async def receive() -> Message:
            if unread:
                return unread.pop(0)
            asked = self._ask("receive", number)
            self.unread[asked] = unread
            try:
                message: Message = await self._wait(asked)
            except asyncio.CancelledError:
                self._say("leave", asked)
                raise
            del self.unread[asked]
            return message

        async def send(message: Message) -> None:
            asked = self._ask("send", number, self._packed(dict(message)))
            if is_quick:
                return
            try:
                await self._wait(asked)
            except asyncio.CancelledError:
                self._say("leave", asked)
                raise

        async def serve() -> None:
            await self.answer.app(scope, receive, send)

        await self._ending(number, serve)

    def _on_invoke(self, number: int, name: str, given: Any) -> None:
        args, kwargs = unpack(given)
        self.loop.call_soon_threadsafe(self._invoke, number, name, args, kwargs)

    def _invoke(self, number: int, name: str, args: Any, kwargs: Any) -> None:
        _visit.set(number)
        work = self._ending(number, lambda: getattr(self.answer, name)(*args, **kwargs))
        self.visits[number] = self.loop.create_task(work)

    async def _ending(self, number: int, work: Callable[[], Awaitable[Any]]) -> None:
        """Do that work, and tell how it has ended."""
        how, value = "returned", None
        try:
            value = self._packed(await work())
        except asyncio.CancelledError:
            how = "cancelled"
            raise
        except BaseException as error:
            how = "left" if is_leaving(error) else "raised"
            value = [type(error).__name__, str(error)[:MAX_TEXT], vars(error).get(NUMBER)]
        finally:
            self._say("over", number, how, value)
            del self.visits[number]

    def _on_cancel(self, number: int) -> None:
        task = self.visits.get(number)
        if task is not None:
            self.loop.call_soon_threadsafe(task.cancel)

    def _packed(self, value: Any) -> Any:
        try:
            return pack(value)
        except Unplayable as error:
            self._refuse(str(error))

    def _refuse(self, why: str) -> NoReturn:
        self._say("unplayable", next(self._numbers), why)
        raise RuntimeError(why)

    # -- stand-ins ---------------------------------------------------------------

    def _on_stand_in(self, _number: int, name: str) -> None:
        original = self.answer.original(name)
        signature = inspect.signature(original)

        def called(args: Any, kwargs: Any) -> int:
            signature.bind(*args, **kwargs)  # raises the TypeError that the real function would
            return self._ask("call", name, self._packed([args, kwargs]), _visit.get())

        waits = inspect.iscoroutinefunction(original)
        make = self._async_function if waits else self._sync_function
        self.answer.replace(name, make(original, called))

    def _async_function(self, original: Any, called: Callable[..., int]) -> Callable[..., Any]:
        async def run(number: int) -> Any:
            self._say("run", number)
            return await self._result(number)

        @functools.wraps(original)
        def stand_in(*args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
            work: Any = run(called(args, kwargs))
            work.__name__ = work.__qualname__ = original.__name__
            return work  # type: ignore[no-any-return]

        return mark_coroutine_function(stand_in)  # type: ignore[no-any-return]

    def _sync_function(self, original: Any, called: Callable[..., int]) -> Callable[..., Any]:
        @functools.wraps(original)
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            number = called(args, kwargs)
            self._say("run", number)
            return self._parked(number)

        return stand_in
