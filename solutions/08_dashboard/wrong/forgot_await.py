"""A list of coroutines is not a list of results: nothing has run.

fails: test_the_widgets_load_together = forgotten-await
fails: test_the_slowest_widget_decides = forgotten-await
fails: test_every_widget_is_under_its_name = forgotten-await
fails: test_one_failure_leaves_the_others = forgotten-await
fails: test_an_early_failure_does_not_cut_short = forgotten-await
fails: test_all_may_fail = forgotten-await
fails: test_ten_visitors_at_once = forgotten-await
fails: test_a_cancelled_request_ends = forgotten-await
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    widgets = {}
    for name in WIDGETS:
        try:
            widgets[name] = load_widget(name)
        except Exception:
            widgets[name] = {"error": "unavailable"}
    return widgets
