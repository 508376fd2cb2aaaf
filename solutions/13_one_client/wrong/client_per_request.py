"""Each request makes a client of its own, and leaves it open.

fails: test_one_client_for_fifty_requests = called-too-often
fails: test_the_next_requests_share_it = called-too-often
fails: test_closed_when_the_app_stops = still-running
fails: test_a_failure_harms_no_other_request = still-running
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    yield


async def get_client(request: Request) -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    return httpx.AsyncClient()
