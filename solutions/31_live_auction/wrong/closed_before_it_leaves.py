"""Who is behind leaves the room only when the close has arrived, which is behind what is on its way.

fails: test_who_is_behind_is_put_out = wrong-value
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
            with suppress(WebSocketDisconnect):
                await socket.close(1013, "too slow")
        room.remove(bidder)
