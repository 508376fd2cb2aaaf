"""A task group holds reader, writer and watcher; the one that ends raises, and so ends the others."""

del tell_everybody


class Left(Exception):
    """The bidder has gone, or is too far behind."""


async def read(bidder: Bidder) -> None:
    try:
        while True:
            bid = await bidder.socket.receive_json()
            for other in room:
                if other.waiting.full():
                    other.is_behind.set()
                else:
                    other.waiting.put_nowait(bid)
    except WebSocketDisconnect:
        raise Left("gone") from None


async def write(bidder: Bidder) -> None:
    try:
        while True:
            await bidder.socket.send_json(await bidder.waiting.get())
    except WebSocketDisconnect:
        raise Left("gone") from None


async def watch(bidder: Bidder) -> None:
    await bidder.is_behind.wait()
    raise Left("behind")


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(read(bidder))
            group.create_task(write(bidder))
            group.create_task(watch(bidder))
    except* Left:
        pass
    finally:
        room.remove(bidder)
    if bidder.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1008)
