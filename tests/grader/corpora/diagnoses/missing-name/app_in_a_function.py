"""The application is made by a function that nobody calls.

exercise: 12_fetch_data
fails: test_the_data_is_passed_on = missing-name
"""

import httpx
from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"


def make_app() -> FastAPI:
    app = FastAPI()

    @app.get("/fetch-data")
    async def fetch_data() -> dict:
        try:
            async with httpx.AsyncClient() as client:
                response = await client.get(DATA_URL)
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise HTTPException(502, "the data service has no answer") from error

    return app
