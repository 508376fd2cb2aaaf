"""When one rate has grown old, all of them are forgotten, the fresh ones too.

fails: test_kept_for_twenty_seconds = called-too-often
"""


def keep(currency: str, load: asyncio.Task[float]) -> None:
    """A rate is forgotten after a while, a failure at once."""
    if load.cancelled() or load.exception():
        loads.pop(currency, None)
    else:
        asyncio.get_running_loop().call_later(KEPT, loads.clear)
