"""Asks again for as long as it takes, also when the answer is the same each time.

exercise: 12_fetch_data
fails: test_an_error_status_is_a_502 = busy-loop
"""

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    status = 0
    while status != 200:
        async with httpx.AsyncClient() as client:
            if status == 0:
                response = await client.get(DATA_URL)
            status = response.status_code
    return response.json()
