"""`client.websocket`: a WebSocket on the test's clock, whose owner may be slow, or just vanish.

It speaks ASGI with the app as uvicorn's own protocol does (websockets_sansio_impl.py): the same
order of messages is demanded, the same codes are told, and what is sent to somebody who is gone
raises an OSError.
"""

import asyncio
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from starlette.websockets import WebSocketDisconnect

from grader.model.checks import RefusedCheck
from grader.model.spans import Outcome
from grader.suite.checks import CheckFailed
from grader.suite.conversation import Leaving, Message, Talk
from grader.trace.circumstance import Served

if TYPE_CHECKING:
    from grader.suite.client import Opened, Transport

NORMAL = 1000
LOST = 1005
"""What the app is told of a connection that broke without a close."""
ABNORMAL = 1006
"""What a client is told of one that was refused, or broke without a close."""
STOPPING = 1012
FORBIDDEN = 403


class ClientGoneError(OSError):
    """The other end is not there any more; uvicorn's ClientDisconnected is an OSError, too."""


class Closed(Exception):  # noqa: N818 - it reads as what happened
    """The connection is closed, with that `code`, and no message is left."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with code {code}")
        self.code = code


LEFT = (ClientGoneError, WebSocketDisconnect)
"""How a handler usually ends when the other end has left: no error of its own."""


@dataclass(frozen=True)
class Arrival:
    """A message, and the moment when its receiver had it."""

    at: float
    data: str | bytes

    def json(self) -> Any:
        return json.loads(self.data)


class WebSocket(Leaving):
    """One connection: `async with client.websocket("/auction") as ann:`.

        async with client.websocket("/auction", takes=5.0, name="the slow one") as slow:
            await slow.send_json({"amount": 5})
            await clock.sleep(20.0)
            same([arrival.json() for arrival in slow.received], [{"amount": 5}])
            slow.drop()
            clock.check(clock.now(), await slow.app_is_done(), 0.0, "The handler ended")

    `takes`: seconds that each message, and the close, needs to come here, one after the other; the
    app's `send` waits for it. `math.inf` is somebody who reads nothing. It may be set at any time,
    and holds for what is on its way, too.
    `received`: what has come; `status`: 101 once it is accepted, or that of the refusal;
    `close_code` and `closed_at`: how and when the app's side closed, None while it has not;
    `app_ended`: when the app's handler had ended; `line`: the answer's line that last sent
    something to it, or closed it.
    """

    def __init__(
        self, transport: "Transport", url: str, takes: float, headers: dict[str, str], name: str
    ) -> None:
        self.name = name or f"WS {urlsplit(url).path}"
        self.headers = headers
        self.received: list[Arrival] = []
        self.status = 0
        self.close_code: int | None = None
        self.closed_at: float | None = None
        self.app_ended: float | None = None
        self.line: int | None = None
        self._url = urlsplit(url)
        self._takes = takes
        self._transport = transport
        self._recorder = transport.recorder
        self._clock = self._recorder.clock
        self._opened: Opened | None = None
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._has_disconnected = False
        self._talk = Talk(self._to_app, self._from_app)
        self._is_closing = False
        self._response: int | None = None
        self._read = 0
        self._way = asyncio.Lock()
        self._moved = asyncio.Event()

    # -- what a suite does ---------------------------------------------------

    async def __aenter__(self) -> "WebSocket":
        await self.connect()
        return self

    def leave(self) -> None:
        self.close()

    async def connect(self, *, accepted: bool = True) -> None:
        """Open the connection, without a block: who calls it closes, too.

        Raises CheckFailed of kind `refused` when the app does not accept it; `accepted=False`
        leaves that open, and `status` says what became of it.
        """
        opened = self._transport.open(self._talk, self._scope(), Served("WS", self._url.path))
        self._opened = opened
        self._transport.sockets.add(self)
        opened.task.add_done_callback(self._app_ended)
        self._inbox.put_nowait({"type": "websocket.connect"})
        try:
            await self._until(lambda: self.status != 0 or self._is_over)
        except BaseException:
            self.drop()
            raise
        opened.visit.status = self.status
        if accepted and self.status != 101:
            raise CheckFailed(
                RefusedCheck(
                    expected="a connection that is accepted",
                    actual=f"a refusal, with status {self.status}",
                    name=self.name,
                    status=self.status,
                )
            )

    async def send_json(self, value: Any) -> None:
        """Send `value` as a text of JSON, like a browser's `send(JSON.stringify(value))`."""
        await self.send_text(json.dumps(value))

    async def send_text(self, text: str) -> None:
        """Send a text; the app's `receive` has it at once. Raises Closed."""
        await self._send({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes; the app's `receive` has them at once. Raises Closed."""
        await self._send({"type": "websocket.receive", "bytes": data})

    async def receive(self) -> Arrival:
        """The next message. Raises Closed when none will come."""
        await self._until(lambda: self._read < len(self.received) or self._is_over)
        if self._read >= len(self.received):
            raise Closed(self.close_code or NORMAL)
        self._read += 1
        return self.received[self._read - 1]

    async def receive_json(self) -> Any:
        """The next message's JSON. Raises Closed as `receive` does."""
        return (await self.receive()).json()

    async def closes(self) -> int:
        """Wait until the app's side has closed; the code."""
        await self._until(lambda: self.close_code is not None)
        return self.close_code or NORMAL

    async def app_is_done(self) -> float:
        """Wait until the app's handler has ended; the moment when it had."""
        if self._opened is not None:
            await asyncio.wait((self._opened.task,))
        return self._clock.now() if self.app_ended is None else self.app_ended

    def close(self, code: int = NORMAL) -> None:
        """Say good-bye and go: the app's `receive` has the code. Afterwards it does nothing."""
        self._leave({"type": "websocket.disconnect", "code": code, "reason": ""})

    def drop(self) -> None:
        """Vanish without a word: the app's `receive` has 1005, its `send` raises an OSError."""
        self._leave({"type": "websocket.disconnect", "code": LOST})

    @property
    def takes(self) -> float:
        return self._takes

    @takes.setter
    def takes(self, seconds: float) -> None:
        self._takes = seconds
        self._moved.set()

    # -- what the app and its server call --------------------------------------

    async def _to_app(self) -> Message:
        if self._has_disconnected and self._inbox.empty():
            return {"type": "websocket.disconnect", "code": LOST}
        message = await self._inbox.get()
        self._has_disconnected = message["type"] == "websocket.disconnect"
        return message

    async def _from_app(self, message: Message) -> None:
        kind = str(message["type"])
        if self._talk.is_gone:
            raise ClientGoneError
        if self._response is not None and not self._is_closing:
            self._demand(kind, "websocket.http.response.body")
            if not message.get("more_body", False):
                self._refused(self._response)
        elif self.status == 0:
            self._demand(
                kind, "websocket.accept", "websocket.close", "websocket.http.response.start"
            )
            if kind == "websocket.accept":
                self.status = 101
            elif kind == "websocket.close":
                self._refused(FORBIDDEN)
            else:
                self._response = int(message["status"])
        elif self._is_closing or self.close_code is not None:
            raise RuntimeError(
                f"Unexpected ASGI message {kind!r}, after sending 'websocket.close'."
            )
        else:
            self._demand(kind, "websocket.send", "websocket.close")
            self.line = self._recorder.line(sys._getframe(1))
            await (self._deliver if kind == "websocket.send" else self._say_goodbye)(message)
        self._moved.set()

    def stop(self) -> None:
        """The server stops: both ends are told 1012, or an open handshake is refused with 500."""
        if self.status == 0:
            self._refused(500)
        elif not self._is_over:
            self._inbox.put_nowait({"type": "websocket.disconnect", "code": STOPPING})
            self._talk.is_gone = True
            self._closed(STOPPING)

    # -- inside --------------------------------------------------------------

    def _demand(self, kind: str, *wanted: str) -> None:
        """Raises RuntimeError for a message that uvicorn would not take now."""
        if kind not in wanted:
            names = " or ".join(map(repr, wanted))
            raise RuntimeError(f"Expected ASGI message {names}, but got {kind!r}.")

    async def _deliver(self, message: Message) -> None:
        data = message.get("bytes")
        record = self._recorder.begin("send", f"send to {self.name}", "loop", "send", self.line)
        with self._recorder.ending(record):
            await self._passage()
        arrived = Arrival(
            float(self._clock.now()), str(message["text"]) if data is None else bytes(data)
        )
        self.received.append(arrived)

    async def _say_goodbye(self, message: Message) -> None:
        """A close waits behind what is still on its way, as everything that is written does.

        Only when it has left is the app's `receive` told, as `send` of websockets_sansio_impl.py
        does after its `await self.writable.wait()`.
        """
        self._is_closing = True
        code = int(message.get("code") or NORMAL)
        await self._passage()
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": code})
        self._closed(code)

    async def _passage(self) -> None:
        """Until the receiver has taken it. Raises ClientGoneError when they are gone first."""
        async with self._way:
            begun = self._clock.now()
            stretch = self._recorder.circumstance.stretch
            while not self._talk.is_gone:
                left = begun + self._takes * stretch - self._clock.now()
                if left <= 0:
                    return
                await self._next_move(None if math.isinf(left) else left)
        raise ClientGoneError

    def _leave(self, told: Message) -> None:
        if self._opened is not None and not self._is_over:
            self._talk.is_gone = True
            self._inbox.put_nowait(told)
            self._end("done")

    def _refused(self, status: int) -> None:
        self.status = status
        self._is_closing = True
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": ABNORMAL})
        self._closed(ABNORMAL)

    def _closed(self, code: int) -> None:
        self.close_code = code
        self.closed_at = float(self._clock.now())
        self._end("done" if self.status == 101 else "failed")

    @property
    def _is_over(self) -> bool:
        return self._opened is not None and self._opened.visit.is_over

    def _end(self, outcome: Outcome) -> None:
        if self._opened is not None:
            self._opened.visit.end = self._clock.now()
            self._recorder.end(self._opened.record, outcome)
        self._transport.sockets.discard(self)
        self._moved.set()

    def _app_ended(self, task: "asyncio.Task[None]") -> None:
        if self._opened is not None:
            self._opened.visit.cancelled = self._talk.cancelled
        self.app_ended = float(self._clock.now())
        error = None if task.cancelled() else task.exception()
        has_failed = error is not None and not (self._talk.is_gone and is_leaving(error))
        if self.status == 0:
            self._refused(500)
        elif not self._is_over:  # uvicorn closes the connection without a word then
            self._talk.is_gone = True
            self._closed(ABNORMAL)
        if has_failed and self._opened is not None:
            self._opened.record.outcome = "failed"
        self._moved.set()

    async def _send(self, message: Message) -> None:
        if self._is_over:
            raise Closed(self.close_code or NORMAL)
        self._inbox.put_nowait(message)
        await asyncio.sleep(0)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self._next_move(None)

    async def _next_move(self, timeout: float | None) -> None:
        self._moved.clear()
        try:
            async with asyncio.timeout(timeout):
                await self._moved.wait()
        except TimeoutError:
            return

    def _scope(self) -> Message:
        headers = {"host": "testserver", **self.headers}
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": unquote(self._url.path),
            "raw_path": self._url.path.encode(),
            "query_string": self._url.query.encode(),
            "root_path": "",
            "headers": [(key.lower().encode(), value.encode()) for key, value in headers.items()],
            "client": ("testclient", 50000),
            "server": ("testserver", 80),
            "subprotocols": [],
            "state": self._transport.state.copy(),
            "extensions": {"websocket.http.response": {}},
        }


def is_leaving(error: BaseException) -> bool:
    """Did the handler end so only because the other end has left."""
    if isinstance(error, BaseExceptionGroup):
        return error.split(LEFT)[1] is None
    return isinstance(error, LEFT)
