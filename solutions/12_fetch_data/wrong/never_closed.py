"""Each request makes a client, and nobody closes it: connections pile up.

fails: test_every_client_is_closed = still-running
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    client = httpx.AsyncClient()
    try:
        response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
