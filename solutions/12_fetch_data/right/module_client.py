"""The client lives at module level, so the shutdown has to close it."""

from contextlib import asynccontextmanager

client = httpx.AsyncClient()


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield
    await client.aclose()


app = FastAPI(lifespan=lifespan)


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        response = await client.get(DATA_URL)
    except httpx.TransportError:
        raise HTTPException(status_code=502)
    if response.is_error:
        raise HTTPException(status_code=502)
    try:
        return response.json()
    except ValueError:
        raise HTTPException(status_code=502)
