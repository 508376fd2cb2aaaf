"""Reader beside writer: who is behind has their writer cancelled, and so leaves."""

del tell_everybody


async def read(bidder: Bidder) -> None:
    while True:
        bid = await bidder.socket.receive_json()
        for other in list(room):
            try:
                other.waiting.put_nowait(bid)
            except asyncio.QueueFull:
                room.remove(other)
                other.is_behind.set()
                writers[other].cancel()


writers: dict[Bidder, asyncio.Task] = {}


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    reader = asyncio.create_task(read(bidder))
    writers[bidder] = asyncio.create_task(write(bidder))
    room.append(bidder)
    try:
        await asyncio.wait([reader, writers[bidder]], return_when=asyncio.FIRST_COMPLETED)
    finally:
        if bidder in room:
            room.remove(bidder)
        writer = writers.pop(bidder)
        reader.cancel()
        writer.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)
    if bidder.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1013)
