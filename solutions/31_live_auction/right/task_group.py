"""A task group holds reader, writer and watcher; the one that ends raises, and so ends the others."""

import asyncio
from contextlib import suppress

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()

LIMIT = 10
"""So many bids may wait for one bidder; who is further behind is put out."""


class Bidder:
    """Somebody in the room, the bids that wait for them, and whether those are too many. Given."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.waiting: asyncio.Queue[dict] = asyncio.Queue(LIMIT)
        self.is_behind = asyncio.Event()


room: list[Bidder] = []
"""Who is in the room now. Given."""


@app.get("/auction")
async def show() -> dict:
    """How many bidders are in the room. Given; leave it as it is."""
    return {"bidders": len(room)}


class Left(Exception):
    """The bidder has gone, or is too far behind."""


async def read(bidder: Bidder) -> None:
    try:
        while True:
            bid = await bidder.socket.receive_json()
            for other in room:
                if other.waiting.full():
                    other.is_behind.set()
                else:
                    other.waiting.put_nowait(bid)
    except WebSocketDisconnect:
        raise Left("gone") from None


async def write(bidder: Bidder) -> None:
    try:
        while True:
            await bidder.socket.send_json(await bidder.waiting.get())
    except WebSocketDisconnect:
        raise Left("gone") from None


async def watch(bidder: Bidder) -> None:
    await bidder.is_behind.wait()
    raise Left("behind")


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(read(bidder))
            group.create_task(write(bidder))
            group.create_task(watch(bidder))
    except* Left:
        pass
    finally:
        room.remove(bidder)
    if bidder.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1008)
