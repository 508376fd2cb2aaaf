"""Many visitors in one test: WebSockets in a room, and readers of a stream.

A program of its own, which is on the clock: it prints, of each kind, the processor's seconds for
10, 100 and 1,000 of them.
"""

import asyncio
import gc
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import ModuleType

from grader import clock

clock.install()  # before anything imports a library that takes a lock by name

from grader.suite.client import Client  # noqa: E402
from grader.trace.recorder import Recorder  # noqa: E402

MANY = (10, 100, 1_000)
EACH_SLOW = 10
"""Every so many-th WebSocket takes a second for each message."""

APP = """
import asyncio
from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse

app = FastAPI()
room = []

@app.websocket("/room")
async def enter(socket: WebSocket):
    await socket.accept()
    room.append(socket)
    try:
        while True:
            text = await socket.receive_text()
            await asyncio.gather(*(other.send_text(text) for other in room))
    finally:
        room.remove(socket)

@app.get("/numbers")
async def numbers():
    async def body():
        for number in range(10):
            await asyncio.sleep(1)
            yield str(number)
    return StreamingResponse(body())
"""


async def sockets(client: Client, many: int) -> None:
    """Three broadcasts to all of them."""
    async with AsyncExitStack() as stack:
        room = [
            await stack.enter_async_context(
                client.websocket("/room", takes=0.0 if number % EACH_SLOW else 1.0)
            )
            for number in range(many)
        ]
        for text in ("one", "two", "three"):
            await room[1].send_text(text)
        await asyncio.sleep(60)
    late = {arrival.at for socket in room for arrival in socket.received}
    if late != {0.0, 1.0, 2.0, 3.0}:
        raise AssertionError(f"the messages came at {sorted(late)}")


async def streams(client: Client, many: int) -> None:
    """Ten pieces for each, half a second for each piece."""

    async def read() -> float | None:
        async with client.stream("GET", "/numbers", pace=0.5) as page:
            await page.read()
        return page.ended

    ended = set(await asyncio.gather(*(read() for _ in range(many))))
    if ended != {15.0}:
        raise AssertionError(f"the last pieces came at {ended}")


def taken(scenario: Callable[[Client, int], Awaitable[None]], many: int) -> float:
    """Seconds of the processor's time, the evidence's spans included."""
    module = ModuleType("app")
    exec(compile(APP, "app.py", "exec"), vars(module))
    loop = clock.VirtualLoop()
    recorder = Recorder(loop.clock, "app.py", loop)
    begun = time.process_time()

    async def play() -> None:
        client = Client(module.app, recorder)
        await client.start()
        await scenario(client, many)
        await client.stop()

    loop.run_until_complete(play())
    recorder.spans()
    loop.close()
    return time.process_time() - begun


if __name__ == "__main__":
    gc.disable()  # as for each test of a suite
    scenarios = {"WebSockets": sockets, "streams": streams}
    print(json.dumps({w: [taken(s, many) for many in MANY] for w, s in scenarios.items()}))
