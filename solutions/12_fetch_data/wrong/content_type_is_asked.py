"""Only a body that says exactly `application/json` is taken for JSON: with a charset behind it, it
is a 502.

fails: test_the_data_is_passed_on = wrong-status
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
            response.raise_for_status()
    except httpx.HTTPError:
        raise HTTPException(502)
    if response.headers.get("content-type") != "application/json":
        raise HTTPException(502)
    return response.json()
