"""The handler ends with its reader, and its writer waits on, for ever.

fails: test_who_is_behind_is_put_out = wrong-value
fails: test_who_vanishes_is_forgotten_at_once = still-running
fails: test_who_takes_nothing_vanishes = still-running
fails: test_the_app_stops_at_once = lost-exception
"""

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


def tell_everybody(bid: dict) -> None:
    for bidder in room:
        try:
            bidder.waiting.put_nowait(bid)
        except asyncio.QueueFull:
            bidder.is_behind.set()


async def read(bidder: Bidder) -> None:
    while True:
        tell_everybody(await bidder.socket.receive_json())


async def write(bidder: Bidder) -> None:
    while True:
        await bidder.socket.send_json(await bidder.waiting.get())


writers: set[asyncio.Task] = set()


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    writers.add(asyncio.create_task(write(bidder)))
    works = [asyncio.create_task(work) for work in (read(bidder), bidder.is_behind.wait())]
    try:
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        room.remove(bidder)
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
    if bidder.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1013)
