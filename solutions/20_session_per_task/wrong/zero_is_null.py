"""A figure of 0 becomes null: `or None` takes nothing sold for nothing known.

fails: test_four_reports_at_once = wrong-value
"""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    figures = (earned, returned, visits)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(alone(figure, month)) for figure in figures]
    return {figure.__name__: task.result() or None for figure, task in zip(figures, tasks)}
