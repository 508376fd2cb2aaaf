"""The callers are counted: when the last one has gone, the load is cancelled as well."""

from dataclasses import dataclass

del keep


@dataclass
class Load:
    task: asyncio.Task[float]
    callers: int = 0
    until: float = float("inf")


loads: dict[str, Load] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    load = loads.get(currency)
    if load is None or loop.time() >= load.until:
        load = loads[currency] = Load(asyncio.create_task(load_rate(currency)))
    load.callers += 1
    try:
        rate = await asyncio.shield(load.task)
        load.until = min(load.until, loop.time() + KEPT)
        return rate
    except BaseException:
        is_over = load.task.done() or load.callers == 1
        if is_over and loads.get(currency) is load:
            del loads[currency]
        if is_over:
            load.task.cancel()
        raise
    finally:
        load.callers -= 1
