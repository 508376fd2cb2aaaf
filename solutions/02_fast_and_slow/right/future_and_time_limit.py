"""A time limit on a future that nobody completes: an unusual way to wait, and right."""


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    late = asyncio.get_running_loop().create_future()
    try:
        await asyncio.wait_for(late, 1)
    except TimeoutError:
        return {"status": "done", "waited": "1 second"}
    return {}
