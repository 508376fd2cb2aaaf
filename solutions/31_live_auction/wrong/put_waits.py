"""A limited queue, but who bids waits for a place in the slowest one.

fails: test_who_is_behind_is_put_out = too-slow
"""

import asyncio

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


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    writer = asyncio.create_task(write(bidder))
    try:
        while True:
            bid = await socket.receive_json()
            for other in list(room):
                await other.waiting.put(bid)
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
