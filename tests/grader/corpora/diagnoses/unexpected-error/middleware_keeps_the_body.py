"""A middleware that passes the status on and keeps the body.

exercise: 12_fetch_data
fails: test_the_data_is_passed_on = unexpected-error
"""

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


class OnlyTheStatus:
    """Would pass on the status alone."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        async def send_status(message) -> None:
            if message["type"] == "http.response.start":
                await send(message)

        inside = scope["type"] == "http"
        await self.app(scope, receive, send_status if inside else send)


app.add_middleware(OnlyTheStatus)


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
