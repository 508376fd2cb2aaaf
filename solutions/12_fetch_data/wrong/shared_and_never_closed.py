"""One client for everybody is made when the app starts, and nobody closes it when it stops.

fails: test_every_client_is_closed = still-running
"""

client = httpx.AsyncClient()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
