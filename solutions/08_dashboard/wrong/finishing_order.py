"""The results are taken in the order in which they finish, and the names in that of the list.

fails: test_every_widget_is_under_its_name = wrong-value
fails: test_one_failure_leaves_the_others = wrong-value
fails: test_an_early_failure_does_not_cut_short = wrong-value
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    widgets = []
    for loading in asyncio.as_completed([load_widget(name) for name in WIDGETS]):
        try:
            widgets.append(await loading)
        except Exception:
            widgets.append({"error": "unavailable"})
    return dict(zip(WIDGETS, widgets))
