"""All at once, but the next bid waits until the slowest has had this one.

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
            await asyncio.gather(
                *(other.socket.send_json(bid) for other in room), return_exceptions=True
            )
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
