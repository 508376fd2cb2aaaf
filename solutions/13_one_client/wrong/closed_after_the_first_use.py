"""The shared client is used in an `async with`, which closes it for everybody else.

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
    app.state.client = httpx.AsyncClient()
    yield


async def ask(client: httpx.AsyncClient, url: str) -> dict:
    """What another service answers, or a 502."""
    try:
        async with client:
            response = await client.get(url)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The other service has no answer.")
