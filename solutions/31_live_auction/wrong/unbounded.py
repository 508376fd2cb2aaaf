"""A queue without a limit: who reads nothing makes it grow for ever.

fails: test_who_is_behind_is_put_out = no-back-pressure
"""

del tell_everybody, read


class Bidder:
    """Somebody in the room, the bids that wait for them, and whether those are too many. Given."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.waiting: asyncio.Queue[dict] = asyncio.Queue()
        self.is_behind = asyncio.Event()


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
                other.waiting.put_nowait(bid)
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
