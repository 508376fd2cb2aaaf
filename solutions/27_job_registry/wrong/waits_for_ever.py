"""The stop has no limit: one long job, and the server hangs until it is killed.

fails: test_the_stop_waits_five_seconds = wrong-drain
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await asyncio.gather(*jobs, return_exceptions=True)
