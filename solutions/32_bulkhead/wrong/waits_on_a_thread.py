"""Four reports at a time, but who waits for a place holds one of FastAPI's threads.

fails: test_health_does_not_wait = thread-pool-queue
"""

import threading

reports = threading.Semaphore(SLOTS)


@app.get("/reports/{number}")
def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    with reports:
        return make_report(number)
