"""The wait is a task of its own, and the endpoint waits for that task."""


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    wait = asyncio.create_task(asyncio.sleep(1))
    await wait
    return {"status": "done", "waited": "1 second"}
