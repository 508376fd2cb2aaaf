"""uvicorn on 127.0.0.1, until Ctrl-C."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from grader.commands.live.crowds import Crowds
from grader.commands.live.desk import Desk
from grader.commands.live.door import Door, forwarded_host, token
from grader.commands.live.pages import Pages
from grader.course.exercises import Course, Exercise
from grader.model.errors import GraderError
from grader.parent.runner import Runner
from grader.reports import browser

HOST = "127.0.0.1"


class Live:
    """One session of `grader live`."""

    def __init__(
        self, course: Course, start: Exercise | None, runner: Runner, port: int, opens: bool
    ) -> None:
        self._first = start
        self._opens = opens
        self._listener = _listening(port)
        port = self._listener.getsockname()[1]
        self._desk = Desk(course, runner, self._end)
        forwarded = forwarded_host(port, os.environ)
        secret = token()
        origin = f"https://{forwarded}" if forwarded else f"http://{HOST}:{port}"
        self._address = f"{origin}/{secret}/{start.slug if start is not None else ''}"
        door = Door(
            Pages(self._desk, Crowds(runner.isolation), secret).app, secret, port, forwarded
        )
        config = uvicorn.Config(
            door,
            lifespan="off",
            log_level="critical",
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=3,
        )
        self._server = Server(config, self._desk.close)

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM. Raises what a thread could not do."""
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.default_int_handler)
        # Neither uvloop nor Windows' proactor: the inbox is a socket that add_reader waits for.
        loops = asyncio.SelectorEventLoop
        try:
            # uvicorn raises anew what it was ended by.
            with asyncio.Runner(loop_factory=loops) as runner, suppress(KeyboardInterrupt):
                runner.run(self._serve())
        finally:
            self._desk.stop()
        if self._desk.trouble is not None:
            raise self._desk.trouble

    async def _serve(self) -> None:
        self._desk.start(self._first)
        print(f"{self._address}\n\nCtrl-C ends it.", flush=True)
        if self._opens:
            await asyncio.to_thread(browser.open_address, self._address)
        await self._server.serve(sockets=[self._listener])

    def _end(self) -> None:
        self._server.should_exit = True
        self._desk.close()


class Server(uvicorn.Server):
    """uvicorn's, which also ends the streams of the open pages: they would go on for ever."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._end_streams()


def _listening(port: int) -> socket.socket:
    """A socket on that port, on any free one for 0. Raises GraderError."""
    listener = socket.socket()
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise GraderError(
            f"Port {port} may not be used: {error.strerror}.",
            "Leave --port out: then any free one is taken.",
        ) from None
    return listener
