"""A widget that raises TimeoutError is no failed widget here: the dashboard fails with it.

fails: test_all_may_fail = server-error
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    results = await asyncio.gather(
        *(load_widget(name) for name in WIDGETS),
        return_exceptions=True,
    )
    widgets = {}
    for name, result in zip(WIDGETS, results):
        if isinstance(result, TimeoutError):
            raise result
        if isinstance(result, Exception):
            result = {"error": "unavailable"}
        widgets[name] = result
    return widgets
