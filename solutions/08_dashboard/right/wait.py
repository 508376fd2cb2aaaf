"""asyncio.wait raises nothing: it returns when all are done, and each task is asked for itself."""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    tasks = {asyncio.create_task(load_widget(name), name=name) for name in WIDGETS}
    done, _ = await asyncio.wait(tasks)
    return {
        task.get_name(): {"error": "unavailable"} if task.exception() else task.result()
        for task in done
    }
