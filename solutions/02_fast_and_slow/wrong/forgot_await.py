"""asyncio.sleep(1) without await makes a coroutine that never runs.

fails: test_slow_takes_one_second = forgotten-await
fails: test_two_hundred_at_once = forgotten-await
fails: test_everyone_waits_their_own_second = forgotten-await
"""


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
