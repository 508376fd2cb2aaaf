"""A task group may hold the wrappers: they never raise, so nothing cancels their siblings."""


async def load_or_label(name: str) -> dict:
    try:
        return await load_widget(name)
    except Exception:
        return {"error": "unavailable"}


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(load_or_label(name)) for name in WIDGETS}
    return {name: task.result() for name, task in tasks.items()}
