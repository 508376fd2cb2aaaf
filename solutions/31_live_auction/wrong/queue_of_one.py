"""A queue of one: a bidder who pauses for half a second is put out.

fails: test_a_slow_one_holds_up_nobody = wrong-value
fails: test_a_short_pause_is_forgiven = wrong-value
fails: test_who_is_behind_is_put_out = wrong-value
"""


class Bidder:
    """Somebody in the room, the bids that wait for them, and whether those are too many. Given."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.waiting: asyncio.Queue[dict] = asyncio.Queue(1)
        self.is_behind = asyncio.Event()
