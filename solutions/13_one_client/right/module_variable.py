"""The lifespan sets a variable of the module, and closes what is in it."""

shared: httpx.AsyncClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    global shared
    shared = httpx.AsyncClient()
    yield
    await shared.aclose()


async def get_client() -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    return shared
