"""The client is closed by hand, in a finally."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    app.state.client = httpx.AsyncClient(headers={"user-agent": "the-shop"})
    try:
        yield
    finally:
        await app.state.client.aclose()
