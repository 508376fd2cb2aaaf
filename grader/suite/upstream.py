"""`upstream`: external HTTP services, played by respx with latency on the test's clock."""

import asyncio
import functools
import socket
import ssl
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

import httpx
import respx
from httpx._client import ClientState

from grader.model.evidence import Leftover
from grader.model.spans import Lane
from grader.security import seals
from grader.suite.checks import called
from grader.suite.client import Client
from grader.suite.flows import Flow, Kept, Piece, block
from grader.trace.circumstance import DICE, TWIN, note_failure
from grader.trace.recorder import Record, Recorder
from grader.wording import count

LATENCY = "awaitlings.latency"
ERROR = "awaitlings.error"
PIECES = "awaitlings.pieces"
GIVEN_UP = "awaitlings.given_up"
UPSTREAM = "the other service"
"""What a circumstance calls all of them, when each of their calls fails."""
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)
"""httpx's own, for a client that names none."""
_client: ContextVar[httpx.AsyncClient | None] = ContextVar("awaitlings_client", default=None)
"""The client whose request is being sent."""
STATUSES = (400, 401, 403, 405, 408, 409, 410, 418, 422, 425, 451, 501, 502, 504, 507, 599)
"""Error statuses that no suite names."""
BREAKS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadError,
    httpx.ReadTimeout,
    httpx.WriteError,
    httpx.WriteTimeout,
    httpx.RemoteProtocolError,
    httpx.PoolTimeout,
)
"""How a connection can break."""

HERE = frozenset({None, "", "localhost", "127.0.0.1", "0.0.0.0", "::1", "::"})
"""Hosts that are this machine: a name lookup for them is no call to the network."""

# An empty one for all clients: httpx loads certificates for each (40 ms), and nothing connects.
_CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class NetworkRefused(httpx.ConnectError):
    """A call to a host that the exercise does not have."""


class Upstream(respx.MockRouter):
    """A respx router whose routes take virtual time; calls of any other host fail.

        upstream.answers("GET", "https://shop.test/price", latency=0.3, json={"price": 5})
        upstream.fails("GET", "https://shop.test/stock", latency=0.1)
        response = await client.get("/offer")
        upstream.was_called("GET", "https://shop.test/price", times=1)

    A route that answers differently each time: `route(method=, url=).mock(side_effect=f)`,
    where `f(request)` returns a `reply(...)`.
        upstream.streams("GET", "https://files.test/a", [(0.1, b"first"), (1.0, b"second")])

    Each client has only the connections that its Limits give it, and a response keeps one until
    it is closed. Attributes: `clients`, every httpx client that the answer made, with its line;
    `flows`, the bodies of `streams` that were asked for, with how many pieces were `sent`.
    """

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(assert_all_called=False, assert_all_mocked=True)
        self.recorder = recorder
        self.clients: list[tuple[httpx.Client | httpx.AsyncClient, int | None]] = []
        self.flows: list[Flow] = []
        recorder.on_begin_again.append(self.flows.clear)
        self._kept: dict[Kept, None] = {}
        self._places: weakref.WeakKeyDictionary[Any, asyncio.Semaphore] = (
            weakref.WeakKeyDictionary()
        )
        self._retries: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()

    # -- what a suite says ---------------------------------------------------

    def answers(
        self, method: str, url: str, *, latency: float = 0.0, status: int = 200, **content: Any
    ) -> respx.Route:
        """`method url` answers after `latency` seconds with `json=`, `text=` or `content=`."""
        return self._route(method, url, lambda: reply(status, latency=latency, **content))

    def fails(
        self,
        method: str,
        url: str,
        *,
        latency: float = 0.0,
        error: type[httpx.TransportError] = httpx.ConnectError,
    ) -> respx.Route:
        """`method url` breaks the connection with `error` after `latency` seconds."""
        return self._route(
            method,
            url,
            lambda: reply(latency=latency, error=error),
        )

    def streams(
        self,
        method: str,
        url: str,
        pieces: Sequence[Piece],
        *,
        latency: float = 0.0,
        status: int = 200,
        breaks: type[httpx.TransportError] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> respx.Route:
        """`method url` answers after `latency` seconds with a body that comes in `pieces`.

        Each is (seconds to wait, bytes). With `breaks` the connection breaks after the last one.
        """
        body = tuple(pieces), breaks
        return self._route(
            method,
            url,
            lambda: httpx.Response(
                status,
                headers=headers,
                stream=httpx.ByteStream(b""),
                extensions={LATENCY: latency, PIECES: body},
            ),
        )

    def was_called(self, method: str, url: str, times: int) -> None:
        """Exactly that many requests reached `method url`. Raises CheckFailed."""
        name = _name(httpx.Request(method, url))
        expected = f"{count(times, 'call')} of {method} {url}"
        called(name, len(self.recorder.named(name)), times, expected=expected)

    @property
    def open_clients(self) -> list[Leftover]:
        """Clients that the answer made and has not closed.

        nothing_left(upstream.open_clients, "no client that is still open")
        """
        return [
            Leftover(what=f"an httpx.{type(client).__name__}", line=line)
            for client, line in self.clients
            if vars(client).get("_state") is not ClientState.CLOSED  # a subclass has its own word
        ]

    @property
    def open_responses(self) -> list[Leftover]:
        """Responses that the answer has got, with their lines, and has not closed.

        nothing_left(upstream.open_responses, "no response that is still open")
        """
        return [Leftover(what=f"a response of {kept.host}", line=kept.line) for kept in self._kept]

    # -- what the plugin and respx call --------------------------------------

    @contextmanager
    def noting_clients(self) -> Iterator[None]:
        """Note every client that is made meanwhile, by which line; refuse other connections."""
        originals = (httpx.AsyncClient.__init__, httpx.Client.__init__)
        look_up = socket.getaddrinfo
        with (
            seals.put(httpx.AsyncClient, "__init__", self._noting(originals[0])),
            seals.put(httpx.Client, "__init__", self._noting(originals[1])),
            seals.put(httpx.AsyncClient, "send", self._sending(httpx.AsyncClient.send)),
            seals.put(socket, "getaddrinfo", self._refusing(look_up)),
        ):
            yield

    def handler(self, request: httpx.Request) -> httpx.Response:
        """A synchronous client called: its latency blocks the calling thread."""
        frame = sys._getframe(1)
        on_loop = asyncio._get_running_loop() is not None
        with self._span(request, frame, "upstream" if on_loop else "thread") as record:
            response = super().handler(request)
            call = f"a synchronous httpx call ({request.method} {request.url.host})"
            block(self._wait(request, response), call, frame)
            return self._keep(request, self._deliver(request, response), record.line, lambda: None)

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        frame = sys._getframe(1)
        # A transport made with `retries` asks again below respx, when no connection came about.
        client = _client.get()
        for retry in range(self._retries.get(client, 0) if client is not None else 0):
            try:
                return await self._ask(request, frame)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                await self.recorder.pass_time(0.5 * 2 ** (retry - 1) if retry else 0.0)
        return await self._ask(request, frame)

    async def _ask(self, request: httpx.Request, frame: FrameType) -> httpx.Response:
        with self._span(request, frame, "upstream") as record:
            response = await super().async_handler(request)
            release = await self._take_place(request, record)
            try:
                await self.recorder.pass_time(self._wait(request, response))
                return self._keep(request, self._deliver(request, response), record.line, release)
            except BaseException:
                release()
                raise

    def _wait(self, request: httpx.Request, response: httpx.Response) -> float:
        """Seconds until the client has its response, or gives up waiting for it."""
        circumstance = self.recorder.circumstance
        latency = float(response.extensions.get(LATENCY, 0.0)) * circumstance.stretch
        if circumstance.odd and response.extensions.get(ERROR) is not None:
            response.extensions[ERROR] = DICE.choice(BREAKS)
        elif circumstance.odd and response.status_code >= 400:
            response.status_code = DICE.choice(STATUSES)
        limit = request.extensions.get("timeout", {}).get("read")
        if limit is not None and float(limit) < latency:
            response.extensions[GIVEN_UP] = True
            return float(limit)
        return latency

    async def _take_place(self, request: httpx.Request, record: Record) -> Callable[[], None]:
        """A connection of the client's pool, which its Limits bound; respx stands above the pool.

        Returns what gives it back. The call's record begins when it has one. Raises
        httpx.PoolTimeout when none comes free in time.
        """
        client = _client.get()
        places = None if client is None else self._places.get(client)
        if places is None:
            return lambda: None
        limit = request.extensions.get("timeout", {}).get("pool")
        try:
            async with asyncio.timeout(limit):
                await places.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no connection came free", request=request) from None
        record.start = self.recorder.clock.now()
        return places.release

    def _keep(
        self,
        request: httpx.Request,
        response: httpx.Response,
        line: int | None,
        release: Callable[[], None],
    ) -> httpx.Response:
        """The body keeps the connection until it is closed; that of `streams` begins to come."""
        body: Any = response.stream
        pieces, breaks = response.extensions.pop(PIECES, (None, None))
        if pieces is not None:
            body = Flow(pieces, breaks, request, self.recorder, line)
        is_counted = TWIN.get() is None

        def on_close(kept: Kept) -> None:
            self._kept.pop(kept, None)
            release()

        kept = response.stream = Kept(body, request.url.host, line, on_close)
        if is_counted:
            self._kept[kept] = None
            self.flows += [body] if pieces is not None else []
        return response

    # -- inside --------------------------------------------------------------

    def _route(self, method: str, url: str, make: Callable[[], httpx.Response]) -> respx.Route:
        def respond(request: httpx.Request) -> httpx.Response:
            return make()

        return self.route(method=method, url=url).mock(side_effect=respond)

    @contextmanager
    def _span(self, request: httpx.Request, frame: Any, lane: Lane) -> Iterator[Record]:
        """One call's record, which ends as the call does."""
        name = _name(request)
        record = self.recorder.begin(name, name, lane, "upstream", self.recorder.line(frame))
        with self.recorder.ending(record):
            try:
                yield record
            except httpx.PoolTimeout:
                # Without a connection there was no call.
                records = self.recorder.records
                records[:] = [other for other in records if other is not record]
                raise
            except respx.models.AllMockedAssertionError:
                record.name = "refused"  # it reached nobody
                where = f"{request.method} {request.url}"[:200]
                self.recorder.refused.append(Leftover(what=where, line=record.line))
                text = f"{where} is not part of this exercise"
                raise NetworkRefused(text, request=request) from None

    def _deliver(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """The response as the answer sees it. Raises the route's httpx.TransportError."""
        circumstance = self.recorder.circumstance
        is_out_of_order = circumstance.failing == UPSTREAM
        if is_out_of_order:
            response.extensions[ERROR] = BREAKS[circumstance.query]
        response.extensions.pop(LATENCY, None)
        error = response.extensions.pop(ERROR, None)
        if error is not None or GIVEN_UP in response.extensions:
            note_failure(f"{request.method} {request.url}", broken=is_out_of_order)
        if response.extensions.pop(GIVEN_UP, False):
            raise httpx.ReadTimeout("the upstream took too long", request=request)
        if error is not None:
            broken = error(_SAID.get(error, "the connection broke"), request=request)
            raise self.recorder.raised.plant(broken)
        return response

    def _noting(self, original: Callable[..., None]) -> Any:
        @functools.wraps(original)
        def init(client: Any, *args: Any, **kwargs: Any) -> None:
            line = self.recorder.line(sys._getframe(1))
            if kwargs.get("verify", True) is True:
                kwargs["verify"] = _CONTEXT
            original(client, *args, **kwargs)
            if isinstance(client, Client):
                return
            self._note(client, line)
            pool = getattr(kwargs.get("transport"), "_pool", None)
            self._retries[client] = getattr(pool, "_retries", 0)
            most = getattr(kwargs.get("limits", LIMITS), "max_connections", None)
            if most is not None and isinstance(client, httpx.AsyncClient):
                self._places[client] = asyncio.Semaphore(most)

        return init

    def _note(self, client: Any, line: int | None) -> None:
        self.clients.append((client, line))
        self._retries[client] = 0

    def _sending(self, original: Callable[..., Any]) -> Any:
        @functools.wraps(original)
        async def send(client: Any, *args: Any, **kwargs: Any) -> httpx.Response:
            # A copy was never made, and is one all the same: whoever sends is a client.
            if client not in self._retries and not isinstance(client, Client):
                self._note(client, self.recorder.line(sys._getframe(1)))
            token = _client.set(client if client in self._retries else None)
            try:
                response: httpx.Response = await original(client, *args, **kwargs)
                return response
            finally:
                _client.reset(token)

        return send

    def _refusing(self, original: Callable[..., Any]) -> Any:
        @functools.wraps(original)
        def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
            if name in HERE:
                return original(host, port, *args, **kwargs)
            where = f"{name}:{port} without httpx"
            line = self.recorder.line(sys._getframe(1))
            record = self.recorder.begin(where, where, "upstream", "upstream", line)
            self.recorder.end(record, "failed")
            self.recorder.refused.append(Leftover(what=where, line=line))
            raise socket.gaierror(socket.EAI_NONAME, f"{where} is not part of this exercise")

        return look_up


def reply(
    status: int = 200,
    *,
    latency: float = 0.0,
    error: type[httpx.TransportError] | None = None,
    **content: Any,
) -> httpx.Response:
    """A response that takes `latency` seconds, with `json=`, `text=` or `content=`.

    With `error` the connection breaks so in its place.
    """
    extensions = {LATENCY: latency} if error is None else {LATENCY: latency, ERROR: error}
    return httpx.Response(status, extensions=extensions, **content)


def _name(request: httpx.Request) -> str:
    return f"{request.method} {request.url.host}{request.url.path}"


_SAID = {
    httpx.ConnectError: "the connection was refused",
    httpx.ReadTimeout: "the upstream took too long",
}
