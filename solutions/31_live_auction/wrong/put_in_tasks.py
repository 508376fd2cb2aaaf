"""The queue has its limit, and each bid waits for its place in it in a task of its own.

fails: test_who_is_behind_is_put_out = no-back-pressure
"""

del tell_everybody, read

under_way: set[asyncio.Task] = set()


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
            for other in room:
                putting = asyncio.create_task(other.waiting.put(bid))
                under_way.add(putting)
                putting.add_done_callback(under_way.discard)
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
