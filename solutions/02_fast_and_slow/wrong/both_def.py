"""Both endpoints need a thread of the same 40, so the fast one queues behind the slow ones.

fails: test_two_hundred_at_once = thread-pool-queue
fails: test_fast_stays_fast = thread-pool-queue
"""

import time


@app.get("/fast")
def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@app.get("/slow")
def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    time.sleep(1)
    return {"status": "done", "waited": "1 second"}
