"""A task group cancels the other widgets when one fails, and raises.

fails: test_one_failure_leaves_the_others = server-error
fails: test_an_early_failure_does_not_cut_short = server-error
fails: test_all_may_fail = server-error
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(load_widget(name)) for name in WIDGETS}
    return {name: task.result() for name, task in tasks.items()}
