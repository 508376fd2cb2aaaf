"""Every failure of the upstream becomes a 500: our own server seems to be broken.

fails: test_an_error_status_is_a_502 = server-error
fails: test_bad_json_is_a_502 = server-error
fails: test_a_broken_connection_is_a_502 = server-error
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    async with httpx.AsyncClient() as client:
        response = await client.get(DATA_URL)
    response.raise_for_status()
    return response.json()
