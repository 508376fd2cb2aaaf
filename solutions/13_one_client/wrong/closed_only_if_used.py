"""The client is made by the first request; without one, the shutdown looks for what is not there.

fails: test_an_app_that_nobody_visits = server-error
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    yield
    await app.state.client.aclose()


async def get_client(request: Request) -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    if not hasattr(request.app.state, "client"):
        request.app.state.client = httpx.AsyncClient()
    return request.app.state.client
