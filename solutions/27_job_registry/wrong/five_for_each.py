"""Five seconds for each job, one after the other: the stop takes as many times five.

fails: test_the_stop_waits_five_seconds = wrong-drain
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    for task in list(jobs):
        try:
            await asyncio.wait_for(task, PATIENCE)
        except TimeoutError:
            log.warning("a job was cut off")
