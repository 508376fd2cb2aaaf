"""The judge's side of other services: the suite's own upstream answers what comes from the host."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import httpx
from httpx._client import ClientState

from grader.judge.line import Nonsense, Unplayable
from grader.judge.values import unpack
from grader.suite import upstream
from grader.suite.flows import Flow, Kept
from grader.suite.upstream import Upstream

Start = Callable[[int, Any, int | None], None]
"""Begins work for the host: by its number, and for the request with that number."""
UNTOLD = -1
"""The number of a client of which the host has not told, or which it has told to be closed: who
sends is one all the same, and stays open."""


class RemoteClient:
    """An httpx client of the answer, as the host tells of it."""

    _state = ClientState.OPENED


class Services:
    """What the host asks of a suite's upstream."""

    def __init__(self, played: Upstream, start: Start) -> None:
        self.upstream = played
        self.start = start
        self.clients: dict[Any, RemoteClient] = {}
        self.bodies: dict[int, tuple[Kept, AsyncIterator[bytes]]] = {}

    @property
    def takes(self) -> dict[str, Callable[..., None]]:
        """By the host's word for it."""
        return {
            "fetch": self._ask,
            "piece": self._ask_for_more,
            "shut": self._shut,
            "client": self._client,
            "closed": self._closed,
        }

    def _ask(self, number: int, asked: Any, visit: int | None) -> None:
        *what, client, blocks = unpack(asked)
        sent = request(*what)
        work: Any = partial(self._fetch_at_once, number, sent)
        self.start(number, work if blocks else self._fetch(number, sent, client), visit)

    def _ask_for_more(self, number: int, asked: Any, visit: int | None) -> None:
        (of,) = unpack(asked)
        self.start(number, self._piece(of), visit)

    def _client(self, number: int, most: int | None) -> None:
        """It has made a client, which has at most so many connections."""
        client = self.clients[number] = RemoteClient()
        self.upstream.clients.append((client, None))  # type: ignore[arg-type]
        if most is not None:
            self.upstream._places[client] = asyncio.Semaphore(max(0, most))

    def _closed(self, number: int) -> None:
        """It has closed that client."""
        self.clients[number]._state = ClientState.CLOSED

    async def _fetch(self, number: int, request: httpx.Request, client: int | None) -> Any:
        """It sends a request: the response, with its body unless that comes in pieces."""
        known = self.clients.get(client)
        if known is None or known._state is ClientState.CLOSED:
            client = UNTOLD
            self._client(UNTOLD, None)
        upstream._client.set(self.clients[client])  # type: ignore[arg-type]
        response = await self.upstream.async_handler(request)
        body = response.stream
        assert isinstance(body, Kept)
        self.bodies[number] = body, aiter(body)
        streams = isinstance(body._body, Flow)
        content = None if streams else b"".join([piece async for piece in body])
        return number, response.status_code, response.headers.raw, content

    def _fetch_at_once(self, number: int, request: httpx.Request) -> Any:
        """The same for a client that keeps its thread waiting."""
        response = self.upstream.handler(request)
        body = response.stream
        assert isinstance(body, Kept)
        if isinstance(body._body, Flow):
            raise Unplayable("a stream that a thread waits for")
        self.bodies[number] = body, aiter(body)
        return number, response.status_code, response.headers.raw, b"".join(body)

    async def _piece(self, number: int) -> bytes | None:
        """It reads on: the next piece, or None at the end."""
        _, pieces = self.bodies[number]
        try:
            return await anext(pieces)
        except StopAsyncIteration:
            return None

    def _shut(self, number: int) -> None:
        """It reads no more of that response."""
        if number in self.bodies:
            self.bodies.pop(number)[0].close()


def request(method: Any, url: Any, headers: Any, content: Any, timeout: Any) -> httpx.Request:
    """What the host wants to send. Raises Nonsense."""
    if type(content) is not bytes:
        raise Nonsense("a request that is none")
    try:
        made = httpx.Request(str(method), str(url), headers=list(headers), content=content)
        limits = {str(name): None if it is None else float(it) for name, it in timeout.items()}
    except (TypeError, ValueError, AttributeError, httpx.InvalidURL):
        raise Nonsense("a request that is none") from None
    made.extensions["timeout"] = limits
    return made
