"""Without await there is only a coroutine, which has no status and no body.

fails: test_the_data_is_passed_on = forgotten-await
fails: test_it_takes_as_long_as_the_upstream = forgotten-await
fails: test_fifty_at_once = forgotten-await
fails: test_each_request_asks_once = forgotten-await
fails: test_an_error_status_is_a_502 = forgotten-await
fails: test_bad_json_is_a_502 = forgotten-await
fails: test_a_broken_connection_is_a_502 = forgotten-await
fails: test_every_client_is_closed = forgotten-await
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    async with httpx.AsyncClient() as client:
        response = client.get(DATA_URL)
        try:
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise HTTPException(502, "the data service has no answer") from error
