"""A bid of the same amount as the one before is taken for a repetition: nobody hears it.

fails: test_everybody_hears_each_bid = wrong-value
"""

last: dict = {}


async def read(bidder: Bidder) -> None:
    global last
    while True:
        bid = await bidder.socket.receive_json()
        if bid != last:
            last = bid
            tell_everybody(bid)
