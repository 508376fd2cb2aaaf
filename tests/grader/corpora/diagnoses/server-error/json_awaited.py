"""`response.json()` is no coroutine, and is awaited.

exercise: 12_fetch_data
fails: test_the_data_is_passed_on = server-error
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
        return await response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
