"""What a server says to the app, and hears from it, about one request: ASGI."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

Message = MutableMapping[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass
class Talk:
    """What `serve` hands to the app, and the CancelledError with which the app ended, if it did.

    `is_gone`: the other end has left, and what the app raises for that is no error of its own.
    """

    receive: Callable[[], Awaitable[Message]]
    send: Callable[[Message], Awaitable[None]]
    cancelled: BaseException | None = None
    is_gone: bool = False


class Leaving:
    """What the client has open: leaving its `async with` block is its owner's going."""

    def leave(self) -> None:
        raise NotImplementedError

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception):  # else the test has failed, and nobody leaves
            self.leave()


class Conversation:
    """One request's way through the app: the ASGI `receive` and `send`.

    `cancelled` is the CancelledError with which the app ended, if it ended so.
    """

    def __init__(self, body: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.body: bytes | None = body
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.chunks: list[bytes] = []
        self.has_begun = False
        self.error: BaseException | None = None
        self.cancelled: BaseException | None = None
        self.finished: asyncio.Future[None] = loop.create_future()
        self.disconnected: asyncio.Future[None] = loop.create_future()

    async def receive(self) -> Message:
        if self.body is not None:
            body, self.body = self.body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await asyncio.shield(self.disconnected)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == ("http.response.start" if self.has_begun else "http.response.body"):
            # As uvicorn says it.
            wanted = "http.response.body" if self.has_begun else "http.response.start"
            raise RuntimeError(f"Expected ASGI message {wanted!r}, but got {kind!r}.")
        if kind == "http.response.start":
            self.has_begun = True
            # A plain int: a subclass of the answer's could override `==`.
            self.status = int.__add__(message["status"], 0)
            self.headers = list(message.get("headers", []))
        elif kind == "http.response.body":
            self.chunks.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False) and not self.finished.done():
                self.finished.set_result(None)

    def hang_up(self, _finished: object = None) -> None:
        """The other end has gone; a server says so of a complete response, too."""
        if not self.disconnected.done():
            self.disconnected.set_result(None)

    def end(self, task: "asyncio.Task[None]") -> None:
        self.error = None if task.cancelled() else task.exception()
        if self.finished.done():
            return
        if task.cancelled():
            error: BaseException = RuntimeError("the app cancelled its own request")
            error.__cause__ = self.cancelled
        else:
            error = self.error or RuntimeError("the app ended without a response")
        self.finished.set_exception(error)
        self.finished.exception()  # looked at here: a visitor who left will not ask any more


async def serve(app: App, scope: Any, talk: Any) -> None:
    """Let the app answer; `talk` has its `receive` and `send`, and learns of a CancelledError."""
    try:
        await app(scope, talk.receive, talk.send)
    except asyncio.CancelledError as error:
        talk.cancelled = error
        raise
