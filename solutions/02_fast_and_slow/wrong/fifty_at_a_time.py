"""A semaphore lets fifty in and keeps the others at the door: four rounds.

fails: test_two_hundred_at_once = too-few-in-flight
"""

seats = asyncio.Semaphore(50)


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    async with seats:
        await asyncio.sleep(1)
    return {"status": "done", "waited": "1 second"}
