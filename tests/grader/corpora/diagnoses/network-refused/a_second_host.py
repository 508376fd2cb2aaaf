"""After the right call comes one to a host that the exercise does not have.

exercise: 12_fetch_data
fails: test_the_data_is_passed_on = network-refused
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
            await client.post("https://counter.example.org/visits", json={"of": "fetch-data"})
        response.raise_for_status()
        return response.json()
    except ValueError as error:
        raise HTTPException(502, "the data service has no answer") from error
