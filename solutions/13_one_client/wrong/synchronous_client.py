"""One client, but a synchronous one: while it waits, the event loop stands still.

fails: test_twenty_at_once = blocked-loop
drawn: blocking
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    with httpx.Client() as client:
        app.state.client = client
        yield


async def ask(client: httpx.Client, url: str) -> dict:
    """What another service answers, or a 502."""
    try:
        response = client.get(url)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The other service has no answer.")
