"""The first answer is kept for ever: every later visitor gets old data.

fails: test_the_data_is_passed_on = wrong-value
fails: test_it_takes_as_long_as_the_upstream = too-early
fails: test_each_request_asks_once = not-called
"""

remembered: dict = {}


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    if not remembered:
        try:
            async with httpx.AsyncClient() as client:
                response = await client.get(DATA_URL)
            response.raise_for_status()
            remembered.update(response.json())
        except (httpx.HTTPError, ValueError) as error:
            raise HTTPException(502, "the data service has no answer") from error
    return remembered
