"""A month in which nothing was sold is a 404: earned 0 is taken for no report.

fails: test_four_reports_at_once = wrong-status
"""

from fastapi import HTTPException


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    figures = (earned, returned, visits)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(alone(figure, month)) for figure in figures]
    if not tasks[0].result():
        raise HTTPException(404, "There is no such month.")
    return {figure.__name__: task.result() for figure, task in zip(figures, tasks)}
