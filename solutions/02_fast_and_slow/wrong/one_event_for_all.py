"""The first visitor's timer opens the gate for everyone, and nobody closes it again.

fails: test_everyone_waits_their_own_second = too-early
fails: test_a_visitor_who_leaves = too-early
"""

gate = asyncio.Event()


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    asyncio.get_running_loop().call_later(1, gate.set)
    await gate.wait()
    return {"status": "done", "waited": "1 second"}
