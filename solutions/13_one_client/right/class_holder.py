"""A class is the lifespan, with __aenter__ and __aexit__; its instance hands out the client."""


class Shop:
    client: httpx.AsyncClient

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __aenter__(self) -> dict:
        self.client = httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None))
        return {"shop": self}

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()


lifespan = Shop


async def get_client(request: Request) -> httpx.AsyncClient:
    shop: Shop = request.state.shop
    return shop.client
