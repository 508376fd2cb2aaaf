"""The client is opened and closed where it is used: once per request.

fails: test_one_client_for_fifty_requests = called-too-often
fails: test_the_next_requests_share_it = called-too-often
"""

del get_client, SharedClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    yield


async def ask(url: str) -> dict:
    """What another service answers, or a 502."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(url)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The other service has no answer.")


@app.get("/rates/{currency}")
async def rate(currency: str) -> dict:
    """What a euro is worth in `currency`."""
    return await ask(f"{RATES_URL}/{currency}")


@app.get("/shipping/{country}")
async def shipping(country: str) -> dict:
    """What a parcel to `country` costs."""
    return await ask(f"{PRICES_URL}/{country}")
