"""The sleep is handed to a thread, and there are only so many threads.

fails: test_two_hundred_at_once = thread-pool-queue
"""

import time


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await asyncio.to_thread(time.sleep, 1)
    return {"status": "done", "waited": "1 second"}
