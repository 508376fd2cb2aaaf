"""Five tasks are started first, then awaited one by one; each await has its own try."""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    tasks = {name: asyncio.create_task(load_widget(name)) for name in WIDGETS}
    widgets = {}
    for name, task in tasks.items():
        try:
            widgets[name] = await task
        except Exception:
            widgets[name] = {"error": "unavailable"}
    return widgets
