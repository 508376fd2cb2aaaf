"""A connection can also break after it was made: that is no ConnectError.

fails: test_a_broken_connection_is_a_502 = server-error
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.ConnectError, httpx.HTTPStatusError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
