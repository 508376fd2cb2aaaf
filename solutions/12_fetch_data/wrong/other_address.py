"""The address is not the one of the task: http is not https.

fails: test_the_data_is_passed_on = network-refused
fails: test_it_takes_as_long_as_the_upstream = network-refused
fails: test_fifty_at_once = network-refused
fails: test_each_request_asks_once = network-refused
fails: test_an_error_status_is_a_502 = network-refused
fails: test_bad_json_is_a_502 = network-refused
fails: test_a_broken_connection_is_a_502 = network-refused
fails: test_every_client_is_closed = network-refused
"""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient() as client:
            response = await client.get("http://api.example.com/data")
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
