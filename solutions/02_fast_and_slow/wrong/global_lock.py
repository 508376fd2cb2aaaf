"""One lock for all visitors: each waits until those before are done, 200 seconds in all.

fails: test_two_hundred_at_once = one-after-another
fails: test_everyone_waits_their_own_second = one-after-another
fails: test_a_visitor_who_leaves = one-after-another
"""

one_at_a_time = asyncio.Lock()


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    async with one_at_a_time:
        await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
