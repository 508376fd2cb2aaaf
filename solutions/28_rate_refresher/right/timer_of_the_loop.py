"""A timer of the loop rings each minute; a round that still runs lets one pass."""

del keep_fresh


class Timer:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.due = self.loop.time()
        self.round: asyncio.Task[None] | None = None
        self.ring()

    def ring(self) -> None:
        if self.round is None or self.round.done():
            self.round = asyncio.create_task(refresh())
        self.due += PERIOD
        self.handle = self.loop.call_at(self.due, self.ring)

    async def stop(self) -> None:
        self.handle.cancel()
        self.round.cancel()
        await asyncio.wait([self.round])


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    timer = Timer()
    yield
    await timer.stop()
