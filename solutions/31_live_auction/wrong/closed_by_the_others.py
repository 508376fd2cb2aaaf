"""Who bids closes the connection of who is behind, and waits until that is done.

fails: test_who_is_behind_is_put_out = wrong-value
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
                try:
                    other.waiting.put_nowait(bid)
                except asyncio.QueueFull:
                    room.remove(other)
                    with suppress(WebSocketDisconnect):
                        await other.socket.close(1013)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        if bidder in room:
            room.remove(bidder)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
