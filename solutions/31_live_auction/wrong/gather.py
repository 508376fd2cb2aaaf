"""All at once, but the next bid waits until the slowest has had this one.

fails: test_a_slow_one_holds_up_nobody = too-slow
fails: test_who_is_behind_is_put_out = too-slow
fails: test_the_app_stops_at_once = server-error
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


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    try:
        while True:
            bid = await socket.receive_json()
            await asyncio.gather(
                *(other.socket.send_json(bid) for other in room), return_exceptions=True
            )
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
