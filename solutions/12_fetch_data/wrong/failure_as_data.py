"""The failure is described in a body, and the response says 200.

fails: test_an_error_status_is_a_502 = wrong-status
fails: test_bad_json_is_a_502 = wrong-status
fails: test_a_broken_connection_is_a_502 = wrong-status
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except Exception as error:
        return {"error": str(error)}
