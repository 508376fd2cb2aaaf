"""A lock around the shared client: it could serve a hundred calls at once.

fails: test_twenty_at_once = one-after-another
drawn: sequential
"""

import asyncio


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    app.state.lock = asyncio.Lock()
    async with httpx.AsyncClient() as client:
        app.state.client = client
        yield


async def get_client(request: Request) -> AsyncIterator[httpx.AsyncClient]:
    """The app's one client, for every endpoint that depends on it."""
    async with request.app.state.lock:
        yield request.app.state.client
