"""A plain def waits in one of 40 threads: 200 visitors need five rounds, 5 seconds.

fails: test_two_hundred_at_once = thread-pool-queue
drawn: threaded
"""

import time


@app.get("/slow")
def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    time.sleep(1)
    return {"status": "done", "waited": "1 second"}
