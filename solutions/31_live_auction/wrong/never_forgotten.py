"""Who has gone stays in the room, and the next bid fails on them.

fails: test_a_slow_one_holds_up_nobody = too-slow
fails: test_who_is_behind_is_put_out = too-slow
fails: test_who_vanishes_is_forgotten_at_once = wrong-value
fails: test_who_takes_nothing_vanishes = server-error
"""

del tell_everybody, read, write


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    room.append(Bidder(socket))
    while True:
        bid = await socket.receive_json()
        await asyncio.gather(*(other.socket.send_json(bid) for other in room))
