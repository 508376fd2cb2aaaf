"""The handler waits for its queue alone: of a bidder who goes it hears with the next bid.

fails: test_who_vanishes_is_forgotten_at_once = still-running
fails: test_who_takes_nothing_vanishes = still-running
fails: test_the_app_stops_at_once = wrong-drain
"""


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    reader = asyncio.create_task(read(bidder))
    works = [asyncio.create_task(work) for work in (write(bidder), bidder.is_behind.wait())]
    try:
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        room.remove(bidder)
        for work in (reader, *works):
            work.cancel()
        await asyncio.gather(reader, *works, return_exceptions=True)
    if bidder.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1013)
