"""The health check is made `async def`, so that it needs no thread; it blocks the loop instead.

fails: test_health_does_not_wait = blocked-loop
"""

import threading

reports = threading.Semaphore(SLOTS)


@app.get("/health")
async def health() -> dict:
    """On the loop: it waits for no thread."""
    return {"database": ask_database()}


@app.get("/reports/{number}")
def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    with reports:
        return make_report(number)
