"""A helper coroutine does the waiting; the endpoint awaits the helper."""

from asyncio import sleep


async def wait(seconds: int) -> str:
    await sleep(seconds)
    return f"{seconds} second"


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    waited = await wait(seconds=1)
    return {"status": "done", "waited": waited}
