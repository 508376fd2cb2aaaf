"""Asks with urllib in a thread.

exercise: 12_fetch_data
fails: test_the_data_is_passed_on = network-refused
"""

import asyncio
import httpx
import json
import urllib.request

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        with await asyncio.to_thread(urllib.request.urlopen, DATA_URL) as response:
            return json.load(response)
    except (OSError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
