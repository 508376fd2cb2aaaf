"""`upstream`: external HTTP services, played by respx with latency on the test's clock."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import respx

from grader.clock import timing
from grader.clock.membership import current
from grader.model import Leftover
from grader.trace import Record, Trace

_sleep = asyncio.sleep
LATENCY = "awaitlings.latency"


class NetworkRefused(httpx.ConnectError):
    """A call to a host that the exercise does not have."""


class Upstream(respx.MockRouter):
    """A respx router whose routes take time, and refuse what is not there.

    `reply(status, json=, latency=)` makes the response for `route.mock(side_effect=)`.
    Attribute `clients`: every httpx client that the answer made, with its line.
    """

    def __init__(self, trace: Trace) -> None:
        super().__init__(assert_all_called=False, assert_all_mocked=True)
        self.trace = trace
        self.clients: list[tuple[httpx.Client | httpx.AsyncClient, int | None]] = []

    def answers(
        self, method: str, url: str, *, latency: float = 0.0, status: int = 200, **content: Any
    ) -> respx.Route:
        """`method url` answers after `latency` seconds with `json=`, `text=` or `content=`."""

        def respond(request: httpx.Request) -> httpx.Response:
            return httpx.Response(status, extensions={LATENCY: latency}, **content)

        return self.route(method=method, url=url).mock(side_effect=respond)

    def fails(self, method: str, url: str, *, latency: float = 0.0) -> respx.Route:
        """`method url` breaks the connection after `latency` seconds."""

        def respond(request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, extensions={LATENCY: latency, "awaitlings.broken": True})

        return self.route(method=method, url=url).mock(side_effect=respond)

    def handler(self, request: httpx.Request) -> httpx.Response:
        """A synchronous client called: its latency blocks the calling thread."""
        frame = sys._getframe(1)
        record = self._begin(request, self.trace.line(frame))
        start = self.trace.clock.now()
        response = self._resolve(record, request)
        try:
            wait = self._wait(request, response)
            clock = current()
            (clock.sleep if clock is not None else time.sleep)(abs(wait))
            if clock is not None and wait:
                client = f"a synchronous httpx call ({request.method} {request.url.host})"
                timing.record(clock, client, start, frame)
            return self._finish(record, request, response, wait)
        except BaseException:
            self.trace.end(record, "failed")
            raise

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        record = self._begin(request, self.trace.line(sys._getframe(1)))
        response = self._resolve(record, request)
        try:
            wait = self._wait(request, response)
            await _sleep(abs(wait))
            return self._finish(record, request, response, wait)
        except asyncio.CancelledError:
            self.trace.end(record, "cancelled")
            raise
        except BaseException:
            self.trace.end(record, "failed")
            raise

    @property
    def open_clients(self) -> list[Leftover]:
        """Clients that the answer made and has not closed."""
        return [
            Leftover(what=f"an httpx.{type(client).__name__}", line=line)
            for client, line in self.clients
            if not client.is_closed
        ]

    @contextmanager
    def watching_clients(self) -> Iterator[None]:
        """Note every client that is made meanwhile, and by which line."""
        originals = (httpx.AsyncClient.__init__, httpx.Client.__init__)

        def noting(original: Any) -> Any:
            def init(client: Any, *args: Any, **kwargs: Any) -> None:
                line = self.trace.line(sys._getframe(1))
                original(client, *args, **kwargs)
                self.clients.append((client, line))

            return init

        httpx.AsyncClient.__init__ = noting(originals[0])  # type: ignore[method-assign]
        httpx.Client.__init__ = noting(originals[1])  # type: ignore[method-assign]
        try:
            yield
        finally:
            httpx.AsyncClient.__init__, httpx.Client.__init__ = originals  # type: ignore[method-assign]

    def _begin(self, request: httpx.Request, line: int | None) -> Record:
        name = f"{request.method} {request.url.host}{request.url.path}"
        return self.trace.begin(name, name, "upstream", "upstream", line)

    def _resolve(self, record: Record, request: httpx.Request) -> httpx.Response:
        try:
            return super().handler(request)
        except respx.models.AllMockedAssertionError:
            self.trace.end(record, "failed")
            where = f"{request.method} {request.url}"
            self.trace.refused.append(where[:200])
            raise NetworkRefused(f"{where} is not part of this exercise", request=request) from None

    def _wait(self, request: httpx.Request, response: httpx.Response) -> float:
        """Seconds until the response; negative when the client's read time-out comes first."""
        latency = float(response.extensions.get(LATENCY, 0.0))
        limit = request.extensions.get("timeout", {}).get("read")
        return -float(limit) if limit is not None and limit < latency else latency

    def _finish(
        self, record: Record, request: httpx.Request, response: httpx.Response, wait: float
    ) -> httpx.Response:
        if wait < 0:
            raise httpx.ReadTimeout("the upstream took too long", request=request)
        if response.extensions.get("awaitlings.broken"):
            raise httpx.ConnectError("the connection broke", request=request)
        self.trace.end(record)
        return response
