"""A task group around the yield; the n-th round begins n periods after the first."""

from itertools import count


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for number in count(1):
        await refresh()
        await asyncio.sleep(begin + number * PERIOD - loop.time())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keep_fresh())
        yield
        task.cancel()
