"""The toolbox against the real thing: uvicorn, sockets and real time; SQLite in two processes.

Each scenario is played twice, once with `client` on a virtual clock and once against a server in
another process. Both must tell the same events in the same order, at the same moments but for
what sockets and processes take.
"""

import asyncio
import json
import math
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from grader.clock import VirtualLoop
from grader.suite.client import Client
from grader.suite.patience import Locks, Patient
from grader.suite.upstream import Upstream
from grader.system import HAS_POSIX
from grader.trace.recorder import Recorder

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not HAS_POSIX, reason="a server is stopped by a signal"),
]
TOLERANCE = 0.4
"""Seconds by which sockets, processes and a busy machine may be late; uvicorn itself looks for a
stop each 0.1 s, and waits 0.1 s then."""

Told = list[tuple[str, float]]
Scenario = Callable[[Any, Callable[[str], None]], Awaitable[None]]

APP = """
import asyncio
from contextlib import asynccontextmanager
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

told = []
BIG = "x" * 1_000_000


def tell(what):
    told.append((what, asyncio.get_running_loop().time()))


@asynccontextmanager
async def lifespan(app):
    yield
    tell("app: lifespan ends")


app = FastAPI(lifespan=lifespan)


@app.get("/numbers")
async def numbers():
    async def body():
        try:
            for number in range(4):
                await asyncio.sleep(0.3)
                yield str(number)
        finally:
            tell("app: body ended")
    return StreamingResponse(body())


@app.get("/breaks")
async def breaks():
    async def body():
        yield "0"
        await asyncio.sleep(0.3)
        raise ValueError("no paper")
    return StreamingResponse(body())


@app.get("/work/{seconds}")
async def work(seconds: float):
    try:
        await asyncio.sleep(seconds)
        tell(f"app: worked {seconds:g}")
    except asyncio.CancelledError:
        tell("app: cancelled")
        raise


@app.websocket("/echo")
async def echo(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            text = await socket.receive_text()
            await socket.send_text(text)
    except WebSocketDisconnect as gone:
        tell(f"app: disconnected {gone.code}")


@app.websocket("/closes")
async def closes(socket: WebSocket):
    await socket.accept()
    await socket.close(4001)
    tell(f"app: {(await socket.receive())['code']}")


@app.websocket("/returns")
async def returns(socket: WebSocket):
    await socket.accept()


@app.websocket("/refuses")
async def refuses(socket: WebSocket):
    await socket.close()


@app.websocket("/big")
async def big(socket: WebSocket):
    await socket.accept()
    try:
        for _ in range(8):  # the first ones are in buffers at once
            await socket.send_text(BIG)
        tell("app: sent")
        await socket.receive_text()
    except WebSocketDisconnect as gone:
        tell(f"app: disconnected {gone.code}")
"""

SERVER = """
import json, socket, sys
sys.path.insert(0, sys.argv[1])
import app, uvicorn
listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
listening.bind(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
config = uvicorn.Config(
    app.app, ws="websockets-sansio", timeout_graceful_shutdown=1, log_level="critical"
)
try:
    uvicorn.Server(config).run(sockets=[listening])
except KeyboardInterrupt:
    pass
print(json.dumps(app.told))
"""


# -- the two worlds ----------------------------------------------------------


class Sockets:
    """A visitor of a real server."""

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.port = port
        self.process = process
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10)
        pytest.importorskip("uvicorn.protocols.websockets.websockets_sansio_impl")
        self.library: Any = pytest.importorskip("websockets.asyncio.client")

    async def get(self, path: str) -> int:
        return (await self.http.get(path)).status_code

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[AsyncIterator[bytes]]:
        async with self.http.stream("GET", path) as response:
            yield response.aiter_raw()

    async def connect(self, path: str, reads: bool = True) -> "RealSocket":
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
        connection = await self.library.connect(
            f"ws://127.0.0.1:{self.port}{path}",
            sock=sock,
            max_queue=16 if reads else 1,
            max_size=None,
            compression=None,
            ping_interval=None,
        )
        return RealSocket(connection)

    async def refused(self, path: str) -> int:
        try:
            await self.library.connect(f"ws://127.0.0.1:{self.port}{path}")
        except Exception as error:
            return int(getattr(error, "response").status_code)  # noqa: B009 - it has no type
        return 101

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)


class RealSocket:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, text: str) -> None:
        await self.connection.send(text)

    async def receive(self) -> str:
        return str(await self.connection.recv())

    async def closes(self) -> int:
        await self.connection.wait_closed()
        return int(self.connection.close_code)

    def read_on(self) -> None:
        self.reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        with suppress(Exception):
            while True:
                await self.connection.recv()

    async def close(self, code: int) -> None:
        await self.connection.close(code)

    def drop(self) -> None:
        self.connection.transport.abort()


class Toolbox:
    """The same visitor, of the toolbox."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.stopping: asyncio.Task[None] | None = None

    async def get(self, path: str) -> int:
        return (await self.client.get(path)).status_code

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[AsyncIterator[bytes]]:
        async with self.client.stream("GET", path) as page:

            async def pieces() -> AsyncIterator[bytes]:
                while (data := await page.chunk()) is not None:
                    yield data

            yield pieces()

    async def connect(self, path: str, reads: bool = True) -> "PlayedSocket":
        socket = self.client.websocket(path, takes=0.0 if reads else math.inf)
        await socket.connect()
        return PlayedSocket(socket)

    async def refused(self, path: str) -> int:
        socket = self.client.websocket(path)
        await socket.connect(accepted=False)
        return socket.status

    def stop(self) -> None:
        self.stopping = asyncio.ensure_future(self.client.stop(grace=1.0))


class PlayedSocket:
    def __init__(self, socket: Any) -> None:
        self.socket = socket

    async def send(self, text: str) -> None:
        await self.socket.send_text(text)

    async def receive(self) -> str:
        return str((await self.socket.receive()).data)

    async def closes(self) -> int:
        return int(await self.socket.closes())

    def read_on(self) -> None:
        self.socket.takes = 0.0

    async def close(self, code: int) -> None:
        self.socket.close(code)

    def drop(self) -> None:
        self.socket.drop()


def played(scenario: Scenario) -> Told:
    """What is told on the virtual clock."""
    module = ModuleType("app")
    exec(compile(APP, "app.py", "exec"), vars(module))
    loop = VirtualLoop()
    told: Told = []

    async def play() -> None:
        client = Client(module.app, Recorder(loop.clock, "app.py", loop))
        await client.start()
        visitor = Toolbox(client)
        await scenario(visitor, lambda what: told.append((what, loop.time())))
        if visitor.stopping is None:
            visitor.stop()
        assert visitor.stopping is not None
        await visitor.stopping
        await client.aclose()

    try:
        loop.run_until_complete(play())
    finally:
        loop.close()
    return sorted(told + [(what, float(at)) for what, at in module.told], key=lambda one: one[1])


def real(scenario: Scenario, folder: Path) -> Told:
    """What is told in real time; monotonic clocks of two processes are one."""
    (folder / "app.py").write_text(APP)
    told: Told = []
    begun = 0.0
    with _server(folder) as (port, process):

        async def play() -> None:
            nonlocal begun
            visitor = Sockets(port, process)
            await visitor.http.get("/work/0")
            begun = time.monotonic()
            await scenario(visitor, lambda what: told.append((what, time.monotonic())))
            visitor.stop()
            await visitor.http.aclose()

        asyncio.run(play())
        said, _ = process.communicate(timeout=20)
    whole = told + [(what, at) for what, at in json.loads(said) if at > begun]
    return sorted(((what, at - begun) for what, at in whole), key=lambda one: one[1])


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    command = [sys.executable, "-W", "ignore", "-c", SERVER, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/work/0")
                break
            time.sleep(0.05)
        yield port, process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


# -- the scenarios -----------------------------------------------------------


async def pieces(visitor: Any, tell: Callable[[str], None]) -> None:
    """A whole body, one whose reader leaves, and one that breaks off."""
    async with visitor.stream("/numbers") as body:
        async for piece in body:
            tell(f"piece {piece.decode()}")
    async with visitor.stream("/numbers") as body:
        await anext(body)
        await asyncio.sleep(0.1)
    tell("left")
    await asyncio.sleep(0.4)
    try:
        async with visitor.stream("/breaks") as body:
            async for piece in body:
                tell(f"piece {piece.decode()}")
    except httpx.RemoteProtocolError:
        tell("broke off")


async def codes(visitor: Any, tell: Callable[[str], None]) -> None:
    """Who closes, and how."""
    tell(f"refused {await visitor.refused('/refuses')}")
    ann = await visitor.connect("/echo")
    await ann.send("hello")
    tell(await ann.receive())
    await asyncio.sleep(0.3)
    await ann.close(4000)
    await asyncio.sleep(0.3)
    bob = await visitor.connect("/echo")
    bob.drop()
    await asyncio.sleep(0.3)
    tell(f"closed {await (await visitor.connect('/closes')).closes()}")
    await asyncio.sleep(0.3)
    tell(f"closed {await (await visitor.connect('/returns')).closes()}")


async def slow_reader(visitor: Any, tell: Callable[[str], None]) -> None:
    """Who reads nothing holds up the app's send, until they read, or vanish."""
    ann = await visitor.connect("/big", reads=False)
    await asyncio.sleep(1.0)
    tell("reads")
    ann.read_on()
    await asyncio.sleep(1.0)
    bob = await visitor.connect("/big", reads=False)
    await asyncio.sleep(1.0)
    tell("vanishes")
    bob.drop()
    await asyncio.sleep(0.3)
    ann.drop()
    await asyncio.sleep(0.3)


async def shutdown(visitor: Any, tell: Callable[[str], None]) -> None:
    """WebSockets first, then one second for the requests, then the lifespan."""
    ann = await visitor.connect("/echo")
    short = asyncio.create_task(visitor.get("/work/0.5"))
    long = asyncio.create_task(visitor.get("/work/60"))
    await asyncio.sleep(0.1)
    visitor.stop()
    tell(f"closed {await ann.closes()}")
    tell(f"status {await short}")
    with suppress(Exception):
        await long


def _by_side(told: Told) -> Told:
    """The app's events behind the visitor's: what happens at one moment has no order."""
    return sorted(told, key=lambda one: one[0].startswith("app: "))


@pytest.mark.parametrize("scenario", [pieces, codes, slow_reader, shutdown])
def test_a_real_server_does_the_same(scenario: Scenario, tmp_path: Path) -> None:
    """The same events, in the same order on each side, at the same moments."""
    expected, found = (_by_side(told) for told in (played(scenario), real(scenario, tmp_path)))
    assert [what for what, _ in found] == [what for what, _ in expected]
    late = [(what, at, really) for (what, at), (_, really) in zip(expected, found, strict=True)]
    assert [one for one in late if abs(one[1] - one[2]) > TOLERANCE] == []


# -- pools and locks ---------------------------------------------------------


async def forgetful(base: str, now: Callable[[], float]) -> list[tuple[str, float]]:
    """Two connections, both kept by responses that nobody closes."""
    told = []
    limits, timeout = httpx.Limits(max_connections=2), httpx.Timeout(10, pool=0.4)
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=timeout) as client:
        begun = now()
        responses = [
            await client.send(client.build_request("GET", "/work/0.2"), stream=True)
            for _ in range(2)
        ]
        for _ in range(2):
            try:
                told.append((str((await client.get("/work/0.2")).status_code), now() - begun))
            except httpx.PoolTimeout:
                told.append(("PoolTimeout", now() - begun))
            await responses[0].aclose()
        await responses[1].aclose()
    return told


def test_a_real_pool_does_the_same(tmp_path: Path) -> None:
    """A response that nobody closes keeps its connection, and the next one waits in vain."""
    (tmp_path / "app.py").write_text(APP)
    with _server(tmp_path) as (port, _process):
        found = asyncio.run(forgetful(f"http://127.0.0.1:{port}", time.monotonic))
    loop = VirtualLoop()

    async def play() -> list[tuple[str, float]]:
        upstream = Upstream(Recorder(loop.clock, "app.py", loop))
        with upstream.noting_clients(), upstream:
            upstream.answers("GET", "http://files.test/work/0.2", latency=0.2)
            return await forgetful("http://files.test", loop.time)

    try:
        expected = loop.run_until_complete(play())
    finally:
        loop.close()
    assert [what for what, _ in found] == [what for what, _ in expected]
    assert [at for _, at in found] == pytest.approx([at for _, at in expected], abs=TOLERANCE)


HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE stock SET left = 1")
print("holds", flush=True)
time.sleep(0.6)
connection.execute("COMMIT")
"""


def waiters(connect: Callable[[float], sqlite3.Connection]) -> Told:
    """Who waits in vain, who is refused at once, and who gets it in the end."""
    told: Told = []
    begun = time.monotonic()

    def attempt(name: str, timeout: float, *statements: str) -> None:
        connection = connect(timeout)
        try:
            for statement in statements:
                connection.execute(statement).fetchall()
            told.append((f"{name}: done", time.monotonic() - begun))
        except sqlite3.OperationalError as error:
            told.append((f"{name}: {error}", time.monotonic() - begun))
        connection.close()

    write = "UPDATE stock SET left = 2"
    attempt("reads", 5.0, "SELECT left FROM stock")
    attempt("has read", 5.0, "BEGIN", "SELECT left FROM stock", write)
    attempt("impatient", 0.2, "BEGIN", write)
    attempt("patient", 5.0, "BEGIN IMMEDIATE", write, "COMMIT")
    return told


def test_real_locks_do_the_same(tmp_path: Path) -> None:
    """SQLite's own waits, against another process, and ours; real ones are late by a look."""
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE stock (left INTEGER)")
        connection.execute("INSERT INTO stock VALUES (0)")
    connection.close()
    nothing: Callable[..., None] = lambda *_: None  # noqa: E731
    locks = Locks(*[nothing] * 5)

    def plain(timeout: float) -> sqlite3.Connection:
        return sqlite3.connect(file, timeout=timeout, isolation_level=None)

    def patient(timeout: float) -> sqlite3.Connection:
        connection = sqlite3.connect(file, timeout=0, isolation_level=None, factory=Patient)
        connection.timeout, connection.locks = timeout, locks
        return connection

    found = []
    for connect in (plain, patient):
        command = [sys.executable, "-c", HOLDER, str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "holds\n"
            found.append(waiters(connect))
    theirs, ours = found
    assert [what for what, _ in ours] == [what for what, _ in theirs]
    assert [at for _, at in ours] == pytest.approx([at for _, at in theirs], abs=TOLERANCE)
    assert [what for what, _ in ours] == [
        "reads: done",
        "has read: database is locked",
        "impatient: database is locked",
        "patient: done",
    ]
