"""Who waits for a place holds one of asyncio's threads: /health is well, the prices are not.

fails: test_prices_do_not_wait = thread-pool-queue
"""

import threading

reports = threading.Semaphore(SLOTS)


def make_one(number: int) -> dict:
    with reports:
        return make_report(number)


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return await asyncio.to_thread(make_one, number)
