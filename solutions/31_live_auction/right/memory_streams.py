"""anyio: a memory stream of ten for each bidder, whose send_nowait says when it is full."""

import anyio

del Bidder, tell_everybody, read, write

room: dict = {}
"""Who is in the room now."""


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    send, receive = anyio.create_memory_object_stream(LIMIT)
    is_behind = False

    async with anyio.create_task_group() as group:

        def drop() -> None:
            nonlocal is_behind
            is_behind = True
            room.pop(socket, None)
            group.cancel_scope.cancel()

        room[socket] = send, drop

        async def read() -> None:
            with suppress(WebSocketDisconnect):
                while True:
                    bid = await socket.receive_json()
                    for stream, drop_it in list(room.values()):
                        try:
                            stream.send_nowait(bid)
                        except anyio.WouldBlock:
                            drop_it()
            group.cancel_scope.cancel()

        async def write() -> None:
            with suppress(WebSocketDisconnect):
                async for bid in receive:
                    await socket.send_json(bid)
            group.cancel_scope.cancel()

        group.start_soon(read)
        group.start_soon(write)
    room.pop(socket, None)
    send.close()
    receive.close()
    if is_behind:
        with suppress(WebSocketDisconnect):
            await socket.close(1013)
