"""urllib knows nothing of an event loop, and goes to the network itself.

fails: test_the_data_is_passed_on = network-refused
fails: test_it_takes_as_long_as_the_upstream = network-refused
fails: test_fifty_at_once = network-refused
fails: test_each_request_asks_once = network-refused
fails: test_an_error_status_is_a_502 = network-refused
fails: test_bad_json_is_a_502 = network-refused
fails: test_a_broken_connection_is_a_502 = network-refused
fails: test_every_client_is_closed = network-refused
"""

import json
import urllib.request


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        with urllib.request.urlopen(DATA_URL) as response:
            return json.load(response)
    except (OSError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
