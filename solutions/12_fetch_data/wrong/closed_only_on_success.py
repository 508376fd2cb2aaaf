"""aclose stands after the lines that may raise: a failure skips it.

fails: test_every_client_is_closed = still-running
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    client = httpx.AsyncClient()
    try:
        response = await client.get(DATA_URL)
        response.raise_for_status()
        data = response.json()
        await client.aclose()
        return data
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
