"""A service class in the lifespan with one client of unlimited connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fastapi import Request


class Gateway:
    def __init__(self) -> None:
        self.client = httpx.AsyncClient(
            base_url="https://api.example.com",
            timeout=None,
            limits=httpx.Limits(max_connections=None),
            event_hooks={"response": [self.check]},
        )

    async def check(self, response: httpx.Response) -> None:
        response.raise_for_status()

    async def data(self) -> dict:
        return (await self.client.get("/data")).json()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict]:
    gateway = Gateway()
    async with gateway.client:
        yield {"gateway": gateway}


app = FastAPI(lifespan=lifespan)


@app.get("/fetch-data")
async def fetch_data(request: Request) -> dict:
    try:
        return await request.state.gateway.data()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(status_code=502, detail=str(error)) from error
