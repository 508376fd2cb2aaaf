"""A limited queue, but who bids waits for a place in the slowest one.

fails: test_who_is_behind_is_put_out = too-slow
"""

del tell_everybody, read


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
                await other.waiting.put(bid)
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
