"""client.stream(...) is for `async with`, nothing has been sent yet.

exercise: 12_fetch_data
fails: test_the_data_is_passed_on = server-error
"""

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    try:
        async with httpx.AsyncClient() as client:
            response = await client.stream("GET", DATA_URL)
            return response.json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502)
