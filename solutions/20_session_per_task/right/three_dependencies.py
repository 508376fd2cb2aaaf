"""Three sessions by Depends, each made anew, and a group that waits before they are closed."""

from typing import Annotated

Own = Annotated[AsyncSession, Depends(get_session, use_cache=False)]


@app.get("/reports/{month}")
async def report(month: int, first: Own, second: Own, third: Own) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    async with asyncio.TaskGroup() as group:
        one = group.create_task(earned(first, month))
        two = group.create_task(returned(second, month))
        three = group.create_task(visits(third, month))
    return {"earned": one.result(), "returned": two.result(), "visits": three.result()}


del alone
