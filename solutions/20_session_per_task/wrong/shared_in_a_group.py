"""A group, three tasks, and one session that is made beside them.

fails: test_side_by_side = shared-session
fails: test_the_slowest_decides = shared-session
fails: test_nobody_shares_a_session = shared-session
"""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    figures = (earned, returned, visits)
    async with SessionFactory() as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(figure(session, month)) for figure in figures]
    return {figure.__name__: task.result() for figure, task in zip(figures, tasks)}


del alone
