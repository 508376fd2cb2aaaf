"""async with closes the client on every way out, also on that of an exception.

raise_for_status and json() turn a bad status and a bad body into exceptions, so one
try block answers for all three ways to fail. While the upstream thinks, the await
leaves the event loop to everybody else.
"""

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
