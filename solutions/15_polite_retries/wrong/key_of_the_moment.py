"""The key is the time: orders that come at the same moment are one order to the courier.

fails: test_one_key_for_all_attempts = wrong-value
"""

import time


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(time.time())}
    for pause in PAUSES:
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            wait = None
        else:
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response)
        await asyncio.sleep((pause if wait is None else wait) + jitter())
    return await client.post(URL, json=order.model_dump(), headers=headers)
