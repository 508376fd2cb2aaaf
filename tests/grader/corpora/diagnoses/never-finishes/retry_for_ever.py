"""Tries again every two seconds, and never gives up.

exercise: 12_fetch_data
fails: test_an_error_status_is_a_502 = never-finishes
"""

import asyncio
import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    async with httpx.AsyncClient() as client:
        while True:
            response = await client.get(DATA_URL)
            if response.status_code == 200:
                return response.json()
            await asyncio.sleep(2)
