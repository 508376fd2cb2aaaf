"""An AsyncExitStack, which has room for more things to close than the client."""

from contextlib import AsyncExitStack


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    async with AsyncExitStack() as stack:
        app.state.client = await stack.enter_async_context(httpx.AsyncClient(timeout=10))
        yield
