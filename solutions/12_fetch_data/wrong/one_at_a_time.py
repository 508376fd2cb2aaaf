"""One lock for all visitors: the upstream is asked for one of them at a time.

fails: test_fifty_at_once = one-after-another
drawn: sequential
"""

import asyncio

one_at_a_time = asyncio.Lock()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with one_at_a_time, httpx.AsyncClient() as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
