"""The body says that a second has passed, and none has.

fails: test_slow_takes_one_second = too-early
fails: test_two_hundred_at_once = too-early
fails: test_everyone_waits_their_own_second = too-early
"""


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    return {"status": "done", "waited": "1 second"}
