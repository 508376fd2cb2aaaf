"""The yield stands outside the block: the client is closed before the first request.

fails: test_one_client_for_fifty_requests = server-error
fails: test_each_page_shows_its_own_answer = server-error
fails: test_twenty_at_once = server-error
fails: test_closed_when_the_app_stops = server-error
fails: test_the_next_requests_share_it = server-error
fails: test_a_failure_harms_no_other_request = server-error
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    async with httpx.AsyncClient() as client:
        app.state.client = client
    yield
