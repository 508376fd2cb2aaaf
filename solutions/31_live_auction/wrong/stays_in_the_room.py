"""Who has gone stays in the room: each bid is put into queues that nobody empties.

fails: test_who_vanishes_is_forgotten_at_once = wrong-value
fails: test_who_takes_nothing_vanishes = wrong-value
"""


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
