"""Who has gone stays in the room: each bid is put into queues that nobody empties.

fails: test_who_vanishes_is_forgotten_at_once = wrong-value
fails: test_who_takes_nothing_vanishes = wrong-value
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


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    works = [
        asyncio.create_task(work) for work in (read(bidder), write(bidder), bidder.is_behind.wait())
    ]
    try:
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
    if bidder.is_behind.is_set():
        room.remove(bidder)
        with suppress(WebSocketDisconnect):
            await socket.close(1013)
