"""The upstream's own 404 goes to the visitor, who never asked that service for anything.

fails: test_an_error_status_is_a_502 = wrong-status
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
        if response.is_error:
            raise HTTPException(response.status_code)
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
