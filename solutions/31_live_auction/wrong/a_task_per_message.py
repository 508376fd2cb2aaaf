"""A task for each message: as many wait as there are bids, and nothing limits them.

fails: test_who_is_behind_is_put_out = no-back-pressure
"""

del tell_everybody, read, write

under_way: set[asyncio.Task] = set()


async def send(other: Bidder, bid: dict) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        await other.socket.send_json(bid)


@app.websocket("/auction")
async def auction(socket: WebSocket) -> None:
    """Accept; hand each bid, {"amount": n}, that anybody in the room sends, on to everybody."""
    await socket.accept()
    bidder = Bidder(socket)
    room.append(bidder)
    try:
        while True:
            bid = await socket.receive_json()
            for other in room:
                sending = asyncio.create_task(send(other, bid))
                under_way.add(sending)
                sending.add_done_callback(under_way.discard)
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(bidder)
