"""run_in_threadpool(client.get, ...): an async def in a thread.

exercise: 12_fetch_data
fails: test_the_data_is_passed_on = forgotten-await
"""

from fastapi.concurrency import run_in_threadpool

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    try:
        async with httpx.AsyncClient() as client:
            response = await run_in_threadpool(client.get, DATA_URL)
            response.raise_for_status()
            return response.json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502)
