"""The rates are fetched when somebody asks and they are old: the visitor waits.

fails: test_the_app_is_up_at_once = wrong-status
"""

del refresh, keep_fresh

fetched = -PERIOD


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


@app.get("/rates")
async def show() -> dict:
    """The newest rates; status 503 while there are none yet."""
    global rates, fetched
    loop = asyncio.get_running_loop()
    if loop.time() - fetched >= PERIOD:
        fetched = loop.time()
        try:
            rates = await fetch_rates()
        except Exception:
            log.exception("no new rates")
    if not rates:
        raise HTTPException(503, "no rates yet")
    return rates
