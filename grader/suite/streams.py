"""`client.stream`: a response as it comes, to a reader who may be slow, or go away."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from grader.model.spans import Outcome
from grader.suite.conversation import Conversation, Leaving, Message, Talk
from grader.trace.circumstance import Served

if TYPE_CHECKING:
    from grader.suite.client import Opened, Transport


@dataclass(frozen=True)
class Piece:
    """A piece of a body, and the moment when its reader had it."""

    at: float
    data: bytes


class Page(Leaving):
    """One response on its way: `async with client.stream("GET", "/a") as page:`.

    The block begins when the status has come. Leaving it before the body's end is the reader's
    going, like a closed tab: the app's `receive` has `http.disconnect`, and what it sends from then
    on reaches nobody. A reader who takes `pace` seconds for each piece holds up the app's `send`.

        async with client.stream("GET", "/download/a", pace=1.0) as page:
            status(page, 200)
            while (data := await page.chunk()) is not None:
                ...
        clock.check(page.asked, page.ended, 9.1, "The last bytes came")

    `asked` is when the request was sent, `ended` when the last byte had come, and `app_ended` when
    the app's work for it, background tasks included, was over; `pieces` are those that came.
    """

    def __init__(self, transport: "Transport", request: httpx.Request, pace: float) -> None:
        self.pace = pace
        self.status_code = 0
        self.headers = httpx.Headers()
        self.asked = 0.0
        self.ended: float | None = None
        self.app_ended: float | None = None
        self.pieces: list[Piece] = []
        self.visit: int | None = None
        self._transport = transport
        self._clock = transport.recorder.clock
        self._request = request
        self._read = 0
        self._has_left = False
        self._is_broken = False
        self._moved = asyncio.Event()

    async def __aenter__(self) -> "Page":
        self._talk = Conversation(await self._request.aread())
        self.asked = float(self._clock.now())
        self._scope = self._transport.scope(self._request)
        self._said = talk = Talk(self._talk.receive, self._send)
        served = Served(self._request.method, self._request.url.path)
        self._opened: Opened = self._transport.open(talk, self._scope, served, self._request)
        self.visit = self._opened.visit.number
        self._opened.task.add_done_callback(self._app_ended)
        try:
            while not (self._talk.has_begun or self._is_broken):
                await self._next_move()
            await asyncio.sleep(0)  # an app that fails has sent its 500 before it raises
            self._transport.note_answer(self._talk, self._scope, self._opened.visit)
        except BaseException:
            self.disconnect()
            raise
        return self

    def leave(self) -> None:
        self.disconnect()

    # -- what a suite does ---------------------------------------------------

    async def chunk(self) -> bytes | None:
        """The next piece of the body; None at its end, or when its reader has left.

        Raises httpx.RemoteProtocolError when the app breaks the response off.
        """
        while self._read >= len(self.pieces):
            if self._is_broken:
                broken = httpx.RemoteProtocolError("the response broke off", request=self._request)
                raise broken from self._talk.finished.exception()
            if self._is_over:
                return None
            await self._next_move()
        self._read += 1
        return self.pieces[self._read - 1].data

    async def read(self) -> bytes:
        """The rest of the body. Raises httpx.RemoteProtocolError as `chunk` does."""
        found = []
        while (data := await self.chunk()) is not None:
            found.append(data)
        return b"".join(found)

    def disconnect(self) -> None:
        """Go away: nothing more is read. What has come can still be looked at."""
        if not self._is_over:
            self._has_left = True
            self._end("cancelled")

    async def app_is_done(self) -> float:
        """Wait until the app's work for this request has ended; the moment when it had."""
        await asyncio.wait((self._opened.task,))
        return self._clock.now() if self.app_ended is None else self.app_ended

    # -- inside --------------------------------------------------------------

    async def _send(self, message: Message) -> None:
        data = bytes(message.get("body", b""))
        if data and self.pace and not self._is_over:
            pace = self.pace * self._transport.recorder.circumstance.stretch
            await asyncio.wait((self._talk.disconnected,), timeout=pace)
        if self._has_left:
            return  # as uvicorn does: who streams hears of it by `receive`
        await self._talk.send(message)
        if data:
            self.pieces.append(Piece(float(self._clock.now()), data))
        if not self.status_code:
            self.status_code = self._talk.status
            self.headers = httpx.Headers(self._talk.headers)
            self._opened.visit.status = min(999, max(0, self.status_code))
        if self._talk.finished.done() and not self._is_over:
            self.ended = float(self._clock.now())
            self._end("failed" if self.status_code >= 500 else "done")
        self._moved.set()

    @property
    def _is_over(self) -> bool:
        return self._opened.visit.is_over

    def _end(self, outcome: Outcome) -> None:
        self._opened.visit.end = self._clock.now()
        self._transport.recorder.end(self._opened.record, outcome)
        self._talk.hang_up()
        self._moved.set()

    def _app_ended(self, task: "asyncio.Task[None]") -> None:
        self.app_ended = float(self._clock.now())
        self._talk.cancelled = self._opened.visit.cancelled = self._said.cancelled
        self._talk.end(task)
        if not self._is_over:
            self._is_broken = True
            if not self._talk.has_begun:  # the server itself answers then
                self.status_code = self._opened.visit.status = self._talk.status
            self._end("failed")
        self._moved.set()

    async def _next_move(self) -> None:
        self._moved.clear()
        await self._moved.wait()
