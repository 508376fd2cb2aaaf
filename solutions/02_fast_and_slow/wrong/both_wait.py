"""The wait is in a function that both endpoints call, so fast is slow as well.

fails: test_fast_answers_at_once = too-slow
fails: test_fast_stays_fast = too-slow
"""


async def wait() -> None:
    await asyncio.sleep(1)


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    await wait()
    return {"status": "fast"}


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await wait()
    return {"status": "done", "waited": "1 second"}
