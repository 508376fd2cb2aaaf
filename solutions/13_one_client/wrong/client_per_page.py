"""Each page has a client of its own: two pools of connections where one would do.

fails: test_one_client_for_fifty_requests = called-too-often
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    async with httpx.AsyncClient() as rates, httpx.AsyncClient() as prices:
        app.state.rates = rates
        app.state.prices = prices
        yield


async def get_client(request: Request) -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    return request.app.state.rates


async def get_prices_client(request: Request) -> httpx.AsyncClient:
    return request.app.state.prices


PricesClient = Annotated[httpx.AsyncClient, Depends(get_prices_client)]


@app.get("/rates/{currency}")
async def rate(currency: str, client: SharedClient) -> dict:
    """What a euro is worth in `currency`."""
    return await ask(client, f"{RATES_URL}/{currency}")


@app.get("/shipping/{country}")
async def shipping(country: str, client: PricesClient) -> dict:
    """What a parcel to `country` costs."""
    return await ask(client, f"{PRICES_URL}/{country}")
