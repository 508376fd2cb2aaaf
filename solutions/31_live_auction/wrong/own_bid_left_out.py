"""Who bids does not hear their own bid: they never learn in which order it came.

fails: test_everybody_hears_each_bid = wrong-value
fails: test_a_slow_one_holds_up_nobody = wrong-value
fails: test_who_vanishes_is_forgotten_at_once = wrong-value
"""


def tell_everybody(bid: dict, sender: Bidder) -> None:
    for bidder in room:
        if bidder is sender:
            continue
        try:
            bidder.waiting.put_nowait(bid)
        except asyncio.QueueFull:
            bidder.is_behind.set()


async def read(bidder: Bidder) -> None:
    while True:
        tell_everybody(await bidder.socket.receive_json(), bidder)
