"""`client`: speaks to the answer's app in this process, and notes when a response leaves.

httpx's own ASGITransport returns only when background tasks have ended. This one returns
with the last chunk of the body, which is when a real client would have its response.
"""

import asyncio
import contextvars
import gc
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx

from grader.clock import ties
from grader.model.evidence import NameCheck, ValueCheck
from grader.suite.answer import Answer
from grader.suite.checks import CheckFailed
from grader.suite.conversation import App, Conversation, Message, serve
from grader.suite.lifespan import Lifespan
from grader.suite.replies import Reply
from grader.suite.routes import line_of, unanswered
from grader.suite.streams import Page
from grader.suite.websockets import WebSocket, is_leaving
from grader.trace import lines
from grader.trace.circumstance import REQUEST, TWIN, Served, Twin
from grader.trace.recorder import Record, Recorder
from grader.trace.visits import Visit

DRAIN_SECONDS = 60.0
"""How long a stopping server waits for requests that still have work to do."""

BASE_URL = "http://testserver"

_AsyncClient = httpx.AsyncClient


MANY = 10
"""From so many requests under way on, a crowd is there already."""
LEAVES_AFTER = 0.05
"""Seconds after the begin of a step, after which a visitor goes away."""


@dataclass(frozen=True)
class Opened:
    """A request under way: the app's task for it, its span, and its visit."""

    task: "asyncio.Task[None]"
    record: Record
    visit: Visit


class Transport(httpx.AsyncBaseTransport):
    """Runs each request in a task of its own, as a server does; `sockets` are open WebSockets."""

    def __init__(self, app: App, recorder: Recorder, state: dict[str, Any]) -> None:
        self.app = app
        self.recorder = recorder
        self.state = state
        self.tasks: set[asyncio.Task[None]] = set()
        self.sockets: set[WebSocket] = set()
        self.twins: list[tuple[asyncio.Task[None], Twin]] = []
        self.all_twins: list[Twin] = []
        self.left: list[tuple[asyncio.Task[None], Twin]] = []
        self.leaves_after = LEAVES_AFTER
        self.served: list[tuple[Served, httpx.Request, bytes, int]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = await request.aread()
        await ties.turn()
        talk = Conversation(sent)
        others, is_alone = self._others(), not self.tasks
        self._add_twins(request, sent, others // 2)
        served = Served(request.method, request.url.path)
        scope = self.scope(request)
        opened = self.open(talk, scope, served, request)
        self._add_twins(request, sent, others - others // 2)
        if self.recorder.circumstance.leaves and is_alone:
            self.add_leaver(request, sent, self.leaves_after)
        opened.task.add_done_callback(talk.end)
        try:
            with self.recorder.ending(opened.record):
                await asyncio.wait((talk.finished,))  # leaves it alone when the visitor leaves
                talk.finished.result()
                opened.visit.status = min(999, max(0, talk.status))
        finally:
            opened.visit.end = self.recorder.clock.now()
            talk.hang_up()
            self.served.append((served, request, sent, talk.status))
        if talk.status >= 500:
            opened.record.outcome = "failed"
        self.note_answer(talk, scope, opened.visit)
        reply = Reply(
            talk.status, headers=talk.headers, content=b"".join(talk.chunks), request=request
        )
        reply.asked = opened.visit
        reply.strict = self.recorder.circumstance.strict
        return reply

    def open(
        self, talk: Any, scope: Message, served: Served, request: httpx.Request | None = None
    ) -> Opened:
        """Let the app answer in a task of its own; what it starts belongs to a visit of its own."""
        name = f"{served.method} {served.path}"
        record = self.recorder.begin(name, name, "loop", "request")
        visit = Visit(len(self.recorder.visits), name, record.start, request)
        record.visit = visit
        self.recorder.visits.append(visit)
        context = _context(REQUEST, served)
        visit.enter(context)
        task = asyncio.create_task(serve(self.app, scope, talk), context=context)
        self.recorder.tasks.requests.add(task)
        self.tasks.add(task)
        task.add_done_callback(lambda task: self._ended(task, visit, talk))
        return Opened(task, record, visit)

    def note_answer(self, talk: Conversation, scope: Message, visit: Visit) -> None:
        """Note which endpoint gave that status, or why none did. Raises a stub's own error."""
        file, body = self.recorder.file, b"".join(talk.chunks)
        if talk.status < 400:
            visit.line = line_of(scope, file)
        if talk.status not in self.recorder.answered:
            self.recorder.answered[talk.status] = line_of(scope, file)
        if talk.status >= 300 and self.recorder.unanswered is None:
            self.recorder.unanswered = unanswered(self.app, scope, talk.status, body, file)
        if talk.error is not None and lines.is_stub(file, talk.error):
            raise talk.error  # a stub's 500 is no answer to look at

    def _others(self) -> int:
        """How many others send the same now: fewer when some are on their way already."""
        circumstance, busy = self.recorder.circumstance, len(self.tasks)
        if busy >= MANY:
            return 0
        return circumstance.twins if not busy else circumstance.twins // MANY

    def _add_twins(self, request: httpx.Request, sent: bytes, often: int) -> None:
        self.twins += [self.twin(request, sent) for _ in range(often)]

    def add_leaver(self, request: httpx.Request, sent: bytes, after: float) -> None:
        """Another visitor, who goes away so many seconds after they came."""
        task, twin = self.twin(request, sent)
        task.add_done_callback(_forget)
        self.left.append((task, twin))
        asyncio.get_running_loop().call_later(after, _leave, task, twin)

    def twin(
        self, request: httpx.Request, sent: bytes, pace: float = 1.0
    ) -> "tuple[asyncio.Task[None], Twin]":
        """The same request once more, uncounted; its steps take `pace` times as long."""
        talk = Conversation(sent)
        twin = Twin(talk.finished, pace)
        self.all_twins.append(twin)
        task = asyncio.create_task(
            serve(self.app, self.scope(request), talk),
            context=_context(TWIN, twin),
        )
        self.recorder.tasks.requests.add(task)
        task.add_done_callback(talk.end)
        talk.finished.add_done_callback(talk.hang_up)
        return task, twin

    def _ended(self, task: "asyncio.Task[None]", visit: Visit, talk: Any) -> None:
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not (getattr(talk, "is_gone", False) and is_leaving(error)):
            self.recorder.server_errors.append(error)
            self.recorder.raised.ended(error, visit, begun=_is_midway(talk))

    def scope(self, request: httpx.Request) -> dict[str, Any]:
        """What the app is told of a request."""
        return {
            "type": "http",
            # As uvicorn says; with 2.4 a stream would run on after its disconnect.
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(key.lower(), value) for key, value in request.headers.raw],
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "server": (request.url.host, request.url.port or 80),
            "client": ("testclient", 50000),
            "root_path": "",
            "state": self.state.copy(),
        }


def _is_midway(talk: Any) -> bool:
    """Whether its response has begun and not ended; a 500 is Starlette's, not the app's own."""
    if not getattr(talk, "has_begun", False) or talk.status >= 400:
        return False
    return not talk.finished.done() or talk.finished.exception() is not None


class Client(_AsyncClient):
    """An httpx.AsyncClient on the answer's started app.

    response = await client.post("/orders", json={"id": 7})
    status(response, 201)
    await client.stop()  # shuts the app down before the test ends
    """

    def __init__(self, app: App, recorder: Recorder) -> None:
        self.lifespan = Lifespan(app, recorder)
        self.transport = Transport(app, recorder, self.lifespan.state)
        self._plain: dict[str, httpx.Request] = {}
        super().__init__(transport=self.transport, base_url=BASE_URL, timeout=None)

    def build_request(self, method: str, url: httpx.URL | str, **rest: Any) -> httpx.Request:
        """As httpx does; those without a body differ only in their URL, and are copies of one."""
        is_plain = isinstance(url, str) and url.startswith("/") and not self.cookies
        if not is_plain or not all(map(_is_unset, rest.values())):
            return super().build_request(method, url, **rest)
        known = self._plain.get(method)
        if known is None:
            known = self._plain[method] = super().build_request(method, "/", **rest)
        request: httpx.Request = object.__new__(httpx.Request)
        request.__dict__.update(known.__dict__, url=_absolute(str(url)))
        return request

    async def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        """As httpx does; without auth, redirects or a stream it goes straight to the app."""
        if self.is_closed or not all(map(_is_unset, how.values())):
            return await super().send(request, **how)
        response = await self.transport.handle_async_request(request)
        if "set-cookie" in response.headers:
            self.cookies.extract_cookies(response)
        return response

    async def start(self) -> None:
        await self.lifespan.start()

    async def start_again(self) -> None:
        """The same app, which has stopped, once more."""
        self.lifespan = Lifespan(self.transport.app, self.transport.recorder)
        self.transport.state = self.lifespan.state
        await self.start()

    def stream(self, method: str, url: str, *, pace: float = 0.0, **request: Any) -> Page:  # type: ignore[override]
        """A response as it comes, to a reader who takes `pace` seconds for each piece.

        async with client.stream("GET", "/download/a") as page:
            status(page, 200)
            first = await page.chunk()
        """
        return Page(self.transport, self.build_request(method, url, **request), pace)

    def websocket(
        self,
        url: str,
        *,
        takes: float = 0.0,
        headers: Mapping[str, str] | None = None,
        name: str = "",
    ) -> WebSocket:
        """A WebSocket whose owner takes `takes` seconds for each message; messages call it `name`.

        async with client.websocket("/auction") as ann, client.websocket("/auction") as bob:
            await ann.send_json({"amount": 5})
            same(await bob.receive_json(), {"amount": 5})
        """
        return WebSocket(self.transport, url, takes, dict(headers or {}), name)

    def cancel(self) -> "list[asyncio.Task[None]]":
        """Cancel the requests under way, as a server does that waits no longer; their tasks.

        asked = asyncio.create_task(client.get("/dashboard"))
        await clock.sleep(0.1)
        (serving,) = client.cancel()

        Raises CheckFailed when none is under way.
        """
        tasks = list(self.transport.tasks)
        if not tasks:
            raise CheckFailed(
                ValueCheck(
                    expected="a request that still runs",
                    actual="a response",
                    cause="The server was to cancel the request at that moment, and it had ended.",
                    step="Compare with what the task says that it takes.",
                )
            )
        for task in tasks:
            task.cancel()
        return tasks

    async def stop(self, grace: float = DRAIN_SECONDS) -> None:
        """Stop as uvicorn does. Raises the exception with which the app's shutdown fails.

        WebSockets are told 1012; requests, with their background tasks, have `grace` seconds to
        end and are cancelled then; last comes the app's own shutdown.
        """
        for socket in list(self.transport.sockets):
            socket.stop()
        if self.transport.tasks:
            _, late = await asyncio.wait(self.transport.tasks, timeout=grace)
            for task in late:
                task.cancel()
        await self.lifespan.stop()


def app_of(candidate: object) -> App:
    """The app, if it is one. Raises CheckFailed."""
    if not callable(candidate):
        raise CheckFailed(NameCheck(expected="app, a FastAPI application", actual="something else"))
    return candidate


class Starter:
    """`start`: starts the answer's app when it is called, after the suite's stand-ins are there.

    client = await start()
    """

    def __init__(self, answer: Answer, recorder: Recorder) -> None:
        self._answer = answer
        self._recorder = recorder
        self.clients: list[Client] = []

    async def __call__(self) -> Client:
        """A client for the app, which has started. Raises what its start raises."""
        client = Client(app_of(self._answer.app), self._recorder)
        self.clients.append(client)
        await client.start()
        return client

    async def close(self) -> None:
        """Shut down what still runs."""
        for client in self.clients:
            with suppress(Exception):  # what fails while shutting down is for a test of its own
                await client.stop()
            await client.aclose()


@lru_cache
def _absolute(path: str) -> httpx.URL:
    return httpx.URL(BASE_URL + path)  # two hundred equal requests need not parse it each


def _is_unset(value: object) -> bool:
    return value is None or value is httpx.USE_CLIENT_DEFAULT


def _forget(task: "asyncio.Task[None]") -> None:
    """Let go of the frames of who has left, as a server does: their cursors hold locks."""
    error: BaseException | None
    try:
        error = task.exception()
    except asyncio.CancelledError as cancelled:
        error = cancelled
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
    asyncio.get_running_loop().call_soon(gc.collect, 0)


def _leave(task: "asyncio.Task[None]", twin: Twin) -> None:
    if not twin.answered.done():  # else they have what they came for
        task.cancel()


def _context(variable: "contextvars.ContextVar[Any]", value: object) -> contextvars.Context:
    context = contextvars.copy_context()
    context.run(variable.set, value)
    return context
