"""What the lifespan yields is in every request's state."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict]:
    """Before the `yield` the app starts, after it the app stops."""
    async with httpx.AsyncClient() as client:
        yield {"client": client}


async def get_client(request: Request) -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    return request.state.client
