"""time.sleep stops the one thread that serves everybody: 200 visitors wait 200 seconds.

fails: test_two_hundred_at_once = blocked-loop
fails: test_fast_stays_fast = blocked-loop
fails: test_everyone_waits_their_own_second = blocked-loop
fails: test_a_visitor_who_leaves = blocked-loop
drawn: blocking
"""

import time


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    time.sleep(1)
    return {"status": "done", "waited": "1 second"}
