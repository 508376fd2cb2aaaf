"""asyncio.wait returns at the first failure, and the widgets that need longer are given up.

fails: test_an_early_failure_does_not_cut_short = fire-and-forget
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    tasks = {asyncio.create_task(load_widget(name)): name for name in WIDGETS}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    widgets = {tasks[task]: {"error": "unavailable"} for task in pending}
    for task in done:
        widgets[tasks[task]] = {"error": "unavailable"} if task.exception() else task.result()
    return widgets
