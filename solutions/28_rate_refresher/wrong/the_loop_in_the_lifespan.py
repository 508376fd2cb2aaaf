"""The lifespan itself is the loop, and never comes to its `yield`.

fails: test_the_app_is_up_at_once = blocked-startup
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    due = asyncio.get_running_loop().time()
    while True:
        await refresh()
        due += PERIOD
        await asyncio.sleep(due - asyncio.get_running_loop().time())
    yield
