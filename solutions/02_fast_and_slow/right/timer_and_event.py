"""A timer of the loop sets an Event: it is what asyncio.sleep does, written out."""


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    rung = asyncio.Event()
    asyncio.get_running_loop().call_later(1, rung.set)
    await rung.wait()
    return {"status": "done", "waited": "1 second"}
