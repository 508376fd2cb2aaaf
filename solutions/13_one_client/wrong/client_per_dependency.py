"""The dependency closes its client, but still makes one for each request.

fails: test_one_client_for_fifty_requests = called-too-often
fails: test_the_next_requests_share_it = called-too-often
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    yield


async def get_client(request: Request) -> AsyncIterator[httpx.AsyncClient]:
    """The app's one client, for every endpoint that depends on it."""
    async with httpx.AsyncClient() as client:
        yield client
