"""json() raises a ValueError, which is no httpx.HTTPError.

fails: test_bad_json_is_a_502 = server-error
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except httpx.HTTPError as error:
        raise HTTPException(502, "the data service has no answer") from error
