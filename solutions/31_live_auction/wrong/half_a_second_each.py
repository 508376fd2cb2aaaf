"""Nobody waits longer than half a second for anybody: that is half a second for each bid.

fails: test_a_slow_one_holds_up_nobody = too-slow
fails: test_who_is_behind_is_put_out = too-slow
fails: test_the_app_stops_at_once = server-error
"""

del tell_everybody, read, write


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    try:
        while True:
            bid = await socket.receive_json()
            for other in list(room):
                try:
                    async with asyncio.timeout(0.5):
                        await other.socket.send_json(bid)
                except (TimeoutError, WebSocketDisconnect):
                    if other in room:
                        room.remove(other)
    except WebSocketDisconnect:
        pass
    finally:
        if bidder in room:
            room.remove(bidder)
