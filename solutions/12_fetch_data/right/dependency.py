"""A dependency with yield lends a client to the request and closes it afterwards."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends


async def get_client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


async def load(client: httpx.AsyncClient) -> dict:
    response = await client.request("GET", DATA_URL, headers={"Accept": "application/json"})
    return response.raise_for_status().json()


@app.get("/fetch-data")
async def fetch_data(client: Annotated[httpx.AsyncClient, Depends(get_client)]) -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        return await load(client)
    except (httpx.HTTPError, json.JSONDecodeError):
        raise HTTPException(502)
