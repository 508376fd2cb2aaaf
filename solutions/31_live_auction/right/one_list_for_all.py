"""One list of bids for the whole room; each bidder has a place in it, and a bell rings for all."""

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


bids: list[dict] = []
bell = asyncio.Condition()


async def read(socket: WebSocket) -> None:
    while True:
        bid = await socket.receive_json()
        async with bell:
            bids.append(bid)
            bell.notify_all()


async def write(bidder: Bidder) -> None:
    while True:
        async with bell:
            await bell.wait_for(lambda: bidder.place < len(bids))
        bid = bids[bidder.place]
        bidder.place += 1
        await bidder.socket.send_json(bid)


async def fall_behind(bidder: Bidder) -> None:
    async with bell:
        await bell.wait_for(lambda: len(bids) - bidder.place > LIMIT)
    bidder.is_behind.set()


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    bidder.place = len(bids)
    room.append(bidder)
    works = [
        asyncio.create_task(work) for work in (read(socket), write(bidder), fall_behind(bidder))
    ]
    try:
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        room.remove(bidder)
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
    if not room:
        bids.clear()
    if bidder.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1013)
