"""anyio: sleep_until a moment, in a group whose scope the stop cancels."""

import anyio


async def keep_fresh() -> None:
    due = anyio.current_time()
    while True:
        await refresh()
        due += PERIOD
        await anyio.sleep_until(due)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with anyio.create_task_group() as group:
        group.start_soon(keep_fresh)
        yield
        group.cancel_scope.cancel()
