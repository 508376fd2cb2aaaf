"""gather raises the first failure, and the whole dashboard becomes a 500.

fails: test_one_failure_leaves_the_others = server-error
fails: test_an_early_failure_does_not_cut_short = server-error
fails: test_all_may_fail = server-error
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    widgets = await asyncio.gather(*(load_widget(name) for name in WIDGETS))
    return dict(zip(WIDGETS, widgets))
