"""A load that fails empties the whole cache: the other currencies are loaded again.

fails: test_kept_for_twenty_seconds = called-too-often
"""


def keep(currency: str, load: asyncio.Task[float]) -> None:
    """A rate is forgotten after a while, a failure at once."""
    if load.cancelled() or load.exception():
        loads.clear()
    else:
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency, None)
