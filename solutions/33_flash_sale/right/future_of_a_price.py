"""A future for all who ask, which a task sets that nobody waits for but the name that holds it."""

tasks: set[asyncio.Task] = set()
loads: dict[str, asyncio.Future[int]] = {}


async def load(item: str, found: asyncio.Future[int]) -> None:
    try:
        found.set_result(await load_price(item))
    except Exception as error:
        found.set_exception(error)
        found.exception()
    finally:
        del loads[item]


async def price_of(item: str) -> int:
    """The price: one load_price(item) for all who ask while it runs, which belongs to nobody."""
    if item not in loads:
        loads[item] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(load(item, loads[item]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    return await asyncio.shield(loads[item])
