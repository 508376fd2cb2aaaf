"""anyio's task group, whose tasks write into one dictionary."""

import anyio


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    widgets: dict[str, dict] = {}

    async def fill(name: str) -> None:
        try:
            widgets[name] = await load_widget(name)
        except Exception as error:
            print(f"{name}: {error!r}")
            widgets[name] = {"error": "unavailable"}

    async with anyio.create_task_group() as group:
        for name in WIDGETS:
            group.start_soon(fill, name)
    return widgets
