"""A plain `def`, which FastAPI gives a thread only when the dependency has a place for it."""

from collections.abc import AsyncIterator

from fastapi import Depends

reports = asyncio.Semaphore(SLOTS)


async def place() -> AsyncIterator[None]:
    async with reports:
        yield


@app.get("/reports/{number}", dependencies=[Depends(place)])
def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return make_report(number)
