"""An unusual one: wait for what never comes, and give up after a second."""

import anyio


@app.get("/slow")
async def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    await anyio.sleep(0.01)
    with anyio.move_on_after(0.99):
        await asyncio.Event().wait()
    return {"status": "done", "waited": "1 second"}
