"""Bodies that an upstream sends, piece by piece, and the connections that they keep."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import httpx

from grader.clock import timing
from grader.clock.membership import current
from grader.model.spans import Outcome
from grader.trace.recorder import Recorder

Piece = tuple[float, bytes]
"""Seconds to wait, and what comes then."""


class Flow(httpx.AsyncByteStream, httpx.SyncByteStream):
    """One body of `upstream.streams`: waits, gives a piece, waits; `sent` pieces have left so far.

    With `breaks` the connection breaks after the last. A client's read time-out holds for each
    piece, as httpx's does.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        breaks: type[httpx.TransportError] | None,
        request: httpx.Request,
        recorder: Recorder,
        line: int | None,
    ) -> None:
        self.pieces = pieces
        self.breaks = breaks
        self.request = request
        self.sent = 0
        self._recorder = recorder
        name = f"body of {request.url.host}{request.url.path}"
        self._record = recorder.begin(name, name, "upstream", "body", line)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for wait, piece in self.pieces:
            await self._recorder.pass_time(self._until(wait))
            yield self._come(wait, piece)
        self._break()

    def __iter__(self) -> Iterator[bytes]:
        for wait, piece in self.pieces:
            block(self._until(wait), self._record.label, sys._getframe(1))
            yield self._come(wait, piece)
        self._break()

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        """Nobody reads any more."""
        if self._record.end is None:
            outcome: Outcome = "done" if self.sent == len(self.pieces) else "cancelled"
            self._recorder.end(self._record, outcome)

    def _until(self, wait: float) -> float:
        """Seconds until the piece is there, or the client gives up."""
        limit = self.request.extensions.get("timeout", {}).get("read")
        wait *= self._recorder.circumstance.stretch
        return wait if limit is None else min(wait, float(limit))

    def _come(self, wait: float, piece: bytes) -> bytes:
        if self._until(wait) < wait * self._recorder.circumstance.stretch:
            raise httpx.ReadTimeout("the upstream took too long", request=self.request)
        self.sent += 1
        return piece

    def _break(self) -> None:
        if self.breaks is not None:
            self._recorder.end(self._record, "failed")
            error = self.breaks("the connection broke", request=self.request)
            raise self._recorder.raised.plant(error)


class Kept(httpx.AsyncByteStream, httpx.SyncByteStream):
    """A response's body, which keeps its connection until it is closed: then `on_close` is called.

    httpcore closes a response by itself whatever ends the reading of its body, a cancellation too
    (HTTP11ConnectionByteStream); one that nobody reads stays open.
    """

    def __init__(
        self, body: Any, host: str, line: int | None, on_close: Callable[["Kept"], None]
    ) -> None:
        self.host = host
        self.line = line
        self._body = body
        self._on_close = on_close
        self._is_open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._body:
                yield piece
        except BaseException:
            await self.aclose()
            raise

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._body
        except BaseException:
            self.close()
            raise

    async def aclose(self) -> None:
        if self._is_open:
            self._is_open = False
            await self._body.aclose()
            self._on_close(self)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._body.close()
            self._on_close(self)


def block(seconds: float, call: str, frame: FrameType) -> None:
    """Keep the calling thread waiting; on an event loop's own, that is a blocking call."""
    clock = current()
    if clock is None:
        time.sleep(seconds)
        return
    start = clock.now()
    clock.sleep(seconds)
    if asyncio._get_running_loop() is not None and clock.now() > start:
        timing.record(clock, call, start, frame)
