"""Reader beside writer: who is behind has their writer cancelled, and so leaves."""

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


async def write(bidder: Bidder) -> None:
    while True:
        await bidder.socket.send_json(await bidder.waiting.get())


async def read(bidder: Bidder) -> None:
    while True:
        bid = await bidder.socket.receive_json()
        for other in list(room):
            try:
                other.waiting.put_nowait(bid)
            except asyncio.QueueFull:
                room.remove(other)
                other.is_behind.set()
                writers[other].cancel()


writers: dict[Bidder, asyncio.Task] = {}


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    reader = asyncio.create_task(read(bidder))
    writers[bidder] = asyncio.create_task(write(bidder))
    room.append(bidder)
    try:
        await asyncio.wait([reader, writers[bidder]], return_when=asyncio.FIRST_COMPLETED)
    finally:
        if bidder in room:
            room.remove(bidder)
        writer = writers.pop(bidder)
        reader.cancel()
        writer.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)
    if bidder.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1013)
