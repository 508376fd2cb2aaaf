"""One client for the life of the app: made when it starts, closed when it stops."""

from contextlib import asynccontextmanager

from fastapi import Request


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(base_url="https://api.example.com") as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/fetch-data")
async def fetch_data(request: Request) -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        response = await request.app.state.client.get("/data")
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502) from error
