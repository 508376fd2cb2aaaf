"""The answer is written into the code, and a sleep plays the upstream.

fails: test_the_data_is_passed_on = wrong-value
fails: test_it_takes_as_long_as_the_upstream = wrong-value
fails: test_fifty_at_once = not-called
fails: test_each_request_asks_once = not-called
fails: test_an_error_status_is_a_502 = wrong-status
fails: test_bad_json_is_a_502 = wrong-status
fails: test_a_broken_connection_is_a_502 = wrong-status
fails: test_every_client_is_closed = not-called
"""

import asyncio


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    await asyncio.sleep(0.3)
    return {"station": "Bremen", "degrees": 17.5, "open": True, "next": [], "warning": None}
