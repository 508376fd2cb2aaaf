# exercise: fetch_data
# status: failed
# points: 0
# says: line {here} assigns to httpx.AsyncClient.get
# flags: line {here} assigns to httpx.AsyncClient.get
# It makes httpx answer at once.

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
    except (httpx.ConnectError, httpx.HTTPStatusError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error


async def at_once(client, url):
    return httpx.Response(200, json={})


httpx.AsyncClient.get = at_once  # here
