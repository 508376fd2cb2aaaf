"""gather under a timeout: when it is over, gather cancels the rest and waits for them."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*jobs, return_exceptions=True)
    except TimeoutError:
        log.warning("some jobs were cut off")
