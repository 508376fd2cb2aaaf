"""It waits for a fixed time, and calls unavailable what has not come by then.

fails: test_the_slowest_widget_decides = fire-and-forget
fails: test_every_widget_is_under_its_name = fire-and-forget
fails: test_an_early_failure_does_not_cut_short = fire-and-forget
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    tasks = {name: asyncio.create_task(load_widget(name)) for name in WIDGETS}
    await asyncio.sleep(0.31)
    return {
        name: task.result() if task.done() and not task.exception() else {"error": "unavailable"}
        for name, task in tasks.items()
    }
