"""A failed call closes the client that all the other requests share.

fails: test_a_failure_harms_no_other_request = server-error
"""


async def ask(client: httpx.AsyncClient, url: str) -> dict:
    """What another service answers, or a 502."""
    try:
        response = await client.get(url)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError):
        await client.aclose()
        raise HTTPException(502, "The other service has no answer.")
