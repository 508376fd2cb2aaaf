"""Only a ConnectionError is forgotten: any other exception is kept like a rate.

fails: test_a_failure_is_not_kept = not-called
"""


def keep(currency: str, load: asyncio.Task[float]) -> None:
    """A rate is forgotten after a while, a lost connection at once."""
    if load.cancelled() or isinstance(load.exception(), ConnectionError):
        del loads[currency]
    else:
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency)
