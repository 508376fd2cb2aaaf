# exercise: fetch_data
# status: passed
# points: 9
# Event hooks and a response's private parts left alone.

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

async def note(response: httpx.Response) -> None:
    response.extensions["noted"] = True


app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient(event_hooks={"response": [note]}) as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
