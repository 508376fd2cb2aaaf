"""The loop runs before the yield: the app never comes up.

fails: test_the_app_is_up_at_once = blocked-startup
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await keep_fresh()
    yield
