"""The stub's own figures, after a nap of the right length: nothing is loaded.

fails: test_the_widgets_load_together = not-called
fails: test_the_slowest_widget_decides = too-early
fails: test_every_widget_is_under_its_name = not-called
fails: test_one_failure_leaves_the_others = not-called
fails: test_an_early_failure_does_not_cut_short = too-early
fails: test_all_may_fail = not-called
fails: test_ten_visitors_at_once = not-called
fails: test_a_cancelled_request_ends = not-called
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    await asyncio.sleep(0.3)
    widgets = {name: {"title": name, "figure": len(name)} for name in WIDGETS}
    widgets["reviews"] = {"error": "unavailable"}
    return widgets
