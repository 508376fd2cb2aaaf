"""A plain def runs in one of 40 threads; the other ten visitors wait for a free one.

fails: test_fifty_at_once = thread-pool-queue
drawn: threaded
"""


@app.get("/fetch-data")
def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        with httpx.Client() as client:
            response = client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
