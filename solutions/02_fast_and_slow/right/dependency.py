"""FastAPI awaits a dependency before the endpoint runs; fast is a plain def, which is fine too."""

from typing import Annotated

from fastapi import Depends


async def one_second():
    await asyncio.sleep(1)
    return "1 second"


@app.get("/fast")
def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@app.get("/slow")
async def slow(waited: Annotated[str, Depends(one_second)]) -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    return {"status": "done", "waited": waited}
