"""The body has a number where the task asks for a text.

fails: test_slow_takes_one_second = wrong-value
fails: test_two_hundred_at_once = wrong-value
fails: test_everyone_waits_their_own_second = wrong-value
"""


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await asyncio.sleep(1)
    return {"status": "done", "waited": 1}
