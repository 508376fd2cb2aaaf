"""The module's client is closed when the app stops, and an app that starts again gets the same.

fails: started_again = server-error
"""

shared = httpx.AsyncClient()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    yield
    await shared.aclose()


async def get_client() -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    return shared
