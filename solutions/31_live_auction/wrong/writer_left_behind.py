"""The handler ends with its reader, and its writer waits on, for ever.

fails: test_who_is_behind_is_put_out = wrong-value
fails: test_who_vanishes_is_forgotten_at_once = still-running
fails: test_who_takes_nothing_vanishes = still-running
fails: test_the_app_stops_at_once = lost-exception
"""

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
