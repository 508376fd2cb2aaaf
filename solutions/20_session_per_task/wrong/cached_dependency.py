"""Three parameters, and one session: FastAPI calls a dependency once for each request.

fails: test_side_by_side = shared-session
fails: test_the_slowest_decides = shared-session
fails: test_nobody_shares_a_session = shared-session
"""


@app.get("/reports/{month}")
async def report(
    month: int,
    first: AsyncSession = Depends(get_session),
    second: AsyncSession = Depends(get_session),
    third: AsyncSession = Depends(get_session),
) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    async with asyncio.TaskGroup() as group:
        one = group.create_task(earned(first, month))
        two = group.create_task(returned(second, month))
        three = group.create_task(visits(third, month))
    return {"earned": one.result(), "returned": two.result(), "visits": three.result()}


del alone
