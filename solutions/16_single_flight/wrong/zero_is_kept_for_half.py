"""A rate of 0.0 is not quite believed: it is kept for half as long as any other.

fails: test_a_rate_of_zero_is_kept = called-too-often
"""


def keep(currency: str, load: asyncio.Task[float]) -> None:
    """A rate is forgotten after a while, a failure at once."""
    if load.cancelled() or load.exception():
        del loads[currency]
    else:
        kept = KEPT if load.result() else KEPT / 2
        asyncio.get_running_loop().call_later(kept, loads.pop, currency)
