"""What is outside the clock: other processes cost no virtual time, real sockets none beside it."""

import asyncio
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager
from multiprocessing.pool import ThreadPool
from typing import Any

import httpx
import pytest

from grader.clock import VirtualLoop
from grader.clock import loop as loop_module
from grader.clock.loop import VirtualSelector
from grader.system import HAS_POSIX

Serve = Callable[[Any], AbstractAsyncContextManager[str]]

# Another process lives in real time; it must outlast the moment in which a clock would jump.
REAL = 0.05
SCRIPT = f"import time; time.sleep({REAL}); print('done')"


def job(number: int) -> int:
    """Work for another process."""
    time.sleep(REAL)
    return number * number


def test_a_process_pool_freezes_the_clock(loop: VirtualLoop) -> None:
    """Results of a process pool arrive at the time of their start, though a timer is waiting."""

    async def squares() -> tuple[list[int], float]:
        with ProcessPoolExecutor(2) as pool:
            jobs = [loop.run_in_executor(pool, job, number) for number in range(4)]
            return await asyncio.gather(*jobs), loop.time()

    async def program() -> tuple[list[int], float]:
        return (await asyncio.gather(squares(), asyncio.sleep(1)))[0]

    assert loop.run_until_complete(program()) == ([0, 1, 4, 9], 0.0)
    assert loop.time() == 1.0


def test_a_process_pool_maps(loop: VirtualLoop) -> None:
    """ProcessPoolExecutor.map in a worker thread takes no time, though a timer is waiting."""

    def work() -> tuple[list[int], float]:
        with ProcessPoolExecutor(2) as pool:
            return list(pool.map(job, range(4))), time.monotonic()

    async def program() -> tuple[list[int], float]:
        return (await asyncio.gather(asyncio.to_thread(work), asyncio.sleep(1)))[0]

    assert loop.run_until_complete(program()) == ([0, 1, 4, 9], 0.0)
    assert loop.time() == 1.0


def test_a_process_pool_maps_on_the_loops_thread(loop: VirtualLoop) -> None:
    """ProcessPoolExecutor.map on the loop's own thread takes no virtual time."""

    async def program() -> list[int]:
        with ProcessPoolExecutor(1) as pool:
            return list(pool.map(job, range(2)))

    assert loop.run_until_complete(program()) == [0, 1]
    assert loop.time() == 0.0


def test_a_failed_job_lets_the_clock_go(loop: VirtualLoop) -> None:
    """A job that fails in its process, and one that cancels, do not freeze the clock for ever."""

    async def program() -> None:
        with ProcessPoolExecutor(1) as pool:
            jobs = [loop.run_in_executor(pool, os.listdir, "/no/such/folder") for _ in range(4)]
            jobs[-1].cancel()
            results = await asyncio.gather(*jobs, return_exceptions=True)
            kinds = [type(result) for result in results]
            assert kinds == [FileNotFoundError] * 3 + [asyncio.CancelledError]
        await asyncio.sleep(1)

    loop.run_until_complete(program())
    assert loop.time() == 1.0


@pytest.mark.skipif(not HAS_POSIX, reason=loop_module.NO_SUBPROCESS)
def test_a_subprocess_costs_no_time(loop: VirtualLoop) -> None:
    """A child process ends within a time-out shorter than its run, which is outside the clock."""

    async def child() -> tuple[bytes, int | None, float]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SCRIPT, stdout=subprocess.PIPE
        )
        output, _ = await asyncio.wait_for(process.communicate(), 0.01)
        return output, process.returncode, loop.time()

    async def program() -> list[tuple[bytes, int | None, float]]:
        *ends, _ = await asyncio.gather(child(), child(), asyncio.sleep(3))
        return ends

    assert loop.run_until_complete(program()) == [(b"done\n", 0, 0.0)] * 2
    assert loop.time() == 3.0


@pytest.mark.skipif(not HAS_POSIX, reason=loop_module.NO_SUBPROCESS)
def test_a_subprocess_that_cannot_start_lets_the_clock_go(loop: VirtualLoop) -> None:
    """A command that does not exist leaves no frozen clock behind."""

    async def program() -> None:
        with pytest.raises(FileNotFoundError):
            await asyncio.create_subprocess_exec("/no/such/command")
        await asyncio.sleep(1)

    loop.run_until_complete(program())
    assert loop.time() == 1.0


@pytest.mark.parametrize("timeout", [None, 30])
@pytest.mark.parametrize("capture", [True, False])
def test_subprocess_run_in_a_thread_costs_no_time(
    loop: VirtualLoop, timeout: float | None, capture: bool
) -> None:
    """subprocess.run in a worker thread takes no virtual time, with or without a time-out."""

    def work() -> tuple[int, float]:
        stdout = subprocess.PIPE if capture else subprocess.DEVNULL
        done = subprocess.run([sys.executable, "-c", SCRIPT], stdout=stdout, timeout=timeout)
        return done.returncode, time.monotonic()

    async def program() -> tuple[int, float]:
        async with asyncio.timeout(0.01):
            return await asyncio.to_thread(work)

    assert loop.run_until_complete(program()) == (0, 0.0)
    assert loop.clock.stalls == []


def test_a_pipe_is_polled_in_real_time(loop: VirtualLoop) -> None:
    """Polling a pipe to which nobody writes ends, and takes no virtual time."""

    def work() -> list[bool]:
        reader, writer = multiprocessing.Pipe(duplex=False)
        with reader, writer:
            # A real wait of 10 ms: a pipe leads out of the process.
            return [reader.poll(), reader.poll(0.01)]

    assert loop.run_until_complete(asyncio.to_thread(work)) == [False, False]
    assert loop.time() == 0.0


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers at /<seconds>/<chunks>: so many chunks, each after so many seconds."""
    _, seconds, chunks = scope["path"].split("/")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(int(chunks)):
        await asyncio.sleep(float(seconds))
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.slow  # a loop with real sockets looks at them for 2 real milliseconds before it waits
def test_a_streams_chunks_arrive_on_time(loop: VirtualLoop, serve: Serve) -> None:
    """Every chunk of 20 concurrent streams arrives when it was sent: after 1, 2 and 3 s."""

    async def arrivals(client: httpx.AsyncClient, url: str) -> list[float]:
        start = time.monotonic()
        async with client.stream("GET", url) as response:
            return [time.monotonic() - start async for _ in response.aiter_raw()]

    async def program() -> list[list[float]]:
        async with serve(app) as url, httpx.AsyncClient(timeout=None) as client:
            return await asyncio.gather(*[arrivals(client, f"{url}/1/3") for _ in range(20)])

    assert loop.run_until_complete(program()) == [[1.0, 2.0, 3.0]] * 20


def test_what_a_thread_sends_arrives_before_its_next_sleep(loop: VirtualLoop) -> None:
    """Bytes that a thread writes to a socket reach the loop before the clock moves again."""

    def send(end: socket.socket) -> None:
        for _ in range(10):
            time.sleep(0.1)
            end.send(b"x")
        time.sleep(5)

    async def program() -> list[float]:
        here, there = socket.socketpair()
        with there:
            reader, writer = await asyncio.open_connection(sock=here)
            sending = asyncio.create_task(asyncio.to_thread(send, there))
            arrivals = []
            for _ in range(10):
                await reader.readexactly(1)
                arrivals.append(loop.time())
            await sending
            writer.close()
            await writer.wait_closed()
        return arrivals

    assert loop.run_until_complete(program()) == [round(0.1 * i, 9) for i in range(1, 11)]
    assert loop.time() == 6.0


def test_a_clients_read_time_out_fires_on_time(loop: VirtualLoop, serve: Serve) -> None:
    """httpx gives up after exactly its half second on a server that needs two."""

    async def program() -> float:
        async with serve(app) as url, httpx.AsyncClient(timeout=0.5) as client:
            start = time.monotonic()
            with pytest.raises(httpx.ReadTimeout):
                await client.get(f"{url}/2/1")
            return time.monotonic() - start

    assert loop.run_until_complete(program()) == 0.5


SERVER = f"""
import socket, time
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    connection, _ = server.accept()
    with connection:
        time.sleep({REAL})
        connection.sendall(b"done")
"""


def test_a_server_in_another_process_costs_no_time(loop: VirtualLoop) -> None:
    """An answer from another process comes within a time-out shorter than its real delay."""

    async def program(port: int) -> bytes:
        async with asyncio.timeout(0.01):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        assert loop.run_until_complete(program(port)) == b"done"
        assert loop.time() == 0.0


@pytest.mark.skipif(HAS_POSIX, reason="asyncio starts programs here")
def test_a_program_that_asyncio_cannot_start_is_told(loop: VirtualLoop) -> None:
    """A sentence, and no NotImplementedError, which would look like an answer not yet begun."""

    async def program() -> None:
        await asyncio.create_subprocess_exec(sys.executable, "-c", "")

    with pytest.raises(RuntimeError, match="starts no program here"):
        loop.run_until_complete(program())


@pytest.mark.parametrize("folder", ["/dev/fd", "/nowhere"])
def test_both_ends_of_a_connection_may_be_in_this_process(
    loop: VirtualLoop, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop whose peer is a socket of another thread knows that nothing comes from outside.

    Windows has no list of open descriptors.
    """
    monkeypatch.setattr(loop_module, "DESCRIPTORS", folder)

    async def program() -> bool:
        accepted: asyncio.Future[asyncio.StreamWriter] = loop.create_future()
        server = await asyncio.start_server(
            lambda _, writer: accepted.set_result(writer), "127.0.0.1", 0
        )
        async with server:
            with socket.create_connection(server.sockets[0].getsockname()):
                writer = await accepted
                found = selector._has_outside_peer()
                writer.close()
                await writer.wait_closed()
        return found

    selector: VirtualSelector = loop._selector  # type: ignore[attr-defined]
    assert loop.run_until_complete(program()) is False


@pytest.mark.slow  # each tick of uvicorn's own timer is a stall of a tenth of a real second
def test_a_sync_client_reaches_a_server_in_the_loop(loop: VirtualLoop, serve: Serve) -> None:
    """Requests of a synchronous client in a thread cost no time beyond the server's own."""

    def call(url: str) -> list[tuple[bytes, float]]:
        answers = []
        with httpx.Client(timeout=30) as client:
            for path in ("/0/2", "/0.2/1"):
                start = time.monotonic()
                body = client.get(url + path).content
                answers.append((body, round(time.monotonic() - start, 9)))
        return answers

    async def program() -> list[tuple[bytes, float]]:
        async with serve(app) as url:
            return await asyncio.to_thread(call, url)

    assert loop.run_until_complete(program()) == [(b"xx", 0.0), (b"x", 0.2)]


def broken(number: int) -> int:
    """Work that fails in its process."""
    raise ValueError(number)


def with_map(pool: Any) -> Any:
    return pool.map(job, range(4))


def with_imap(pool: Any) -> Any:
    return [*pool.imap(job, range(2)), *sorted(pool.imap_unordered(job, (2, 3)))]


def with_apply_async(pool: Any) -> Any:
    jobs = [pool.apply_async(job, (number,)) for number in range(4)]
    return [each.get(timeout=0.01) for each in jobs]


@pytest.mark.parametrize("work", [with_map, with_imap, with_apply_async])
@pytest.mark.parametrize("on_loop", [False, True])
def test_a_multiprocessing_pool_freezes_the_clock(
    loop: VirtualLoop, work: Callable[[Any], Any], on_loop: bool
) -> None:
    """What the processes of multiprocessing.Pool make arrives at the time of its start."""

    def with_pool() -> tuple[list[int], float]:
        with multiprocessing.Pool(2) as pool:
            return work(pool), time.monotonic()

    async def wait() -> tuple[list[int], float]:
        return with_pool() if on_loop else await asyncio.to_thread(with_pool)

    async def program() -> tuple[list[int], float]:
        return (await asyncio.gather(wait(), asyncio.sleep(1)))[0]

    assert loop.run_until_complete(program()) == ([0, 1, 4, 9], 0.0)
    assert loop.time() == 1.0


def test_a_multiprocessing_pool_lets_the_clock_go(loop: VirtualLoop) -> None:
    """Nothing to do, a job that fails and one that is given up freeze no clock for ever."""

    def work() -> list[int]:
        with multiprocessing.Pool(1) as pool:
            with pytest.raises(ValueError, match="2"):
                pool.apply(broken, (2,))
            pool.map_async(job, range(100))  # given up
            return pool.map(job, [])

    async def program() -> list[int]:
        made = await asyncio.to_thread(work)
        await asyncio.sleep(1)
        return made

    assert loop.run_until_complete(program()) == []
    assert loop.time() == 1.0


def test_a_thread_pool_of_multiprocessing_waits_on_the_clock(loop: VirtualLoop) -> None:
    """Four jobs in two threads of a ThreadPool take twice a job's time."""

    def work() -> list[int]:
        with ThreadPool(2) as pool:
            return pool.map(job, range(4))

    assert loop.run_until_complete(asyncio.to_thread(work)) == [0, 1, 4, 9]
    assert loop.time() == 2 * REAL
