"""The host's side of other services: what an answer sends over httpx, the judge answers."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import httpx
from httpx._client import ClientState

from grader.suite import upstream
from grader.suite.upstream import Upstream
from grader.trace.recorder import Recorder

Awaits = Callable[..., Coroutine[Any, Any, Any]]
Blocks = Callable[..., Any]
Says = Callable[..., None]


class Body(httpx.AsyncByteStream, httpx.SyncByteStream):
    """A response's body: all of it, or None where each piece is to be asked for."""

    def __init__(self, number: int, content: bytes | None, wire: "Wire") -> None:
        self._number = number
        self._content = content
        self._wire = wire
        self._is_open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._content is not None:
            yield self._content
            return
        try:
            while (piece := await self._wire.awaits("piece", self._number)) is not None:
                yield piece
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        yield self._content or b""

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._wire.says("shut", self._number)


class Wire(Upstream):
    """Of one test: `awaits` and `blocks` have the judge's word for a message, `says` has none."""

    def __init__(self, recorder: Recorder, awaits: Awaits, blocks: Blocks, says: Says) -> None:
        super().__init__(recorder)
        self.awaits = awaits
        self.blocks = blocks
        self.says = says
        self._known = 0
        self._open: dict[int, httpx.Client | httpx.AsyncClient] = {}

    def note(self) -> None:
        """Tell of clients that are new, or closed."""
        for number in range(self._known, len(self.clients)):
            self._open[number] = client = self.clients[number][0]
            places = self._places.get(client)
            self.says("client", number, None if places is None else places._value)
        self._known = len(self.clients)
        for number, client in list(self._open.items()):
            if client._state is ClientState.CLOSED:
                del self._open[number]
                self.says("closed", number)

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        return self._response(*await self.awaits("fetch", *self._asked(request), False))

    def handler(self, request: httpx.Request) -> httpx.Response:
        return self._response(*self.blocks("fetch", *self._asked(request), True))

    def _asked(self, request: httpx.Request) -> tuple[Any, ...]:
        self.note()
        mine = upstream._client.get()
        client = next((n for n, (each, _) in enumerate(self.clients) if each is mine), None)
        timeout = request.extensions.get("timeout", {})
        url, headers = str(request.url), request.headers.raw
        return request.method, url, headers, request.content, timeout, client

    def _response(
        self, number: int, status: int, headers: list[tuple[bytes, bytes]], content: bytes | None
    ) -> httpx.Response:
        return httpx.Response(status, headers=headers, stream=Body(number, content, self))
