"""The task waits its second, but the response does not wait for the task.

fails: test_slow_takes_one_second = fire-and-forget
fails: test_two_hundred_at_once = fire-and-forget
fails: test_everyone_waits_their_own_second = fire-and-forget
"""


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    wait = asyncio.create_task(asyncio.sleep(1))
    return {"status": "done", "waited": "1 second"}
