"""One after the other: everybody waits for the slowest.

fails: test_a_slow_one_holds_up_nobody = too-slow
fails: test_who_is_behind_is_put_out = too-slow
fails: test_who_takes_nothing_vanishes = wrong-value
drawn: sequential
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
                await other.socket.send_json(bid)
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
