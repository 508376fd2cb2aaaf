"""Between the look and the making there is an await: requests that come together make several.

fails: test_one_client_for_fifty_requests = called-too-often
fails: test_closed_when_the_app_stops = still-running
"""

import asyncio


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    app.state.client = None
    yield
    if app.state.client is not None:
        await app.state.client.aclose()


async def get_client(request: Request) -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    if request.app.state.client is None:
        await asyncio.sleep(0)
        request.app.state.client = httpx.AsyncClient()
    return request.app.state.client
