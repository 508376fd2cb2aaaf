"""Pass on what another service answers, and say so when it has no answer."""

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    raise NotImplementedError("fetch_data: ask DATA_URL and pass its JSON on")
