"""An empty object is taken for no answer: `if not data` is true of {} as well.

fails: test_each_request_asks_once = wrong-status
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        data = response.json()
        if not data:
            raise ValueError("no data")
        return data
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
