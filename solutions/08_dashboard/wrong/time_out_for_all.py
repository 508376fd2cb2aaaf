"""A fixed limit of 0.35 s gives up widgets that are slow but well.

fails: test_the_slowest_widget_decides = too-early
fails: test_every_widget_is_under_its_name = wrong-value
fails: test_an_early_failure_does_not_cut_short = too-early
"""


async def load_or_label(name: str) -> dict:
    try:
        return await asyncio.wait_for(load_widget(name), timeout=0.35)
    except Exception:
        return {"error": "unavailable"}


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    widgets = await asyncio.gather(*map(load_or_label, WIDGETS))
    return dict(zip(WIDGETS, widgets))
