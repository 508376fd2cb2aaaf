"""One list of bids for the whole room; each bidder has a place in it, and a bell rings for all."""

del tell_everybody

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
