"""One try around the whole gather: a single failure labels all five.

fails: test_one_failure_leaves_the_others = wrong-value
fails: test_an_early_failure_does_not_cut_short = fire-and-forget
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    try:
        widgets = await asyncio.gather(*(load_widget(name) for name in WIDGETS))
    except Exception:
        widgets = [{"error": "unavailable"}] * len(WIDGETS)
    return dict(zip(WIDGETS, widgets))
