"""The client is made once and shared, but nothing closes it when the app stops.

fails: test_closed_when_the_app_stops = still-running
fails: test_a_failure_harms_no_other_request = still-running
fails: test_an_app_that_nobody_visits = still-running
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    app.state.client = httpx.AsyncClient()
    yield
