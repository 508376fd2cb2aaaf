"""BaseException also covers the cancellation, so a cancelled request goes on.

fails: test_a_cancelled_request_ends = swallowed-cancel
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    tasks = {name: asyncio.create_task(load_widget(name)) for name in WIDGETS}
    widgets = {}
    for name, task in tasks.items():
        try:
            widgets[name] = await task
        except BaseException:
            widgets[name] = {"error": "unavailable"}
    return widgets
