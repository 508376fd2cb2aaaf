"""A loop that awaits each widget before it starts the next: 1.5 s.

fails: test_the_widgets_load_together = one-after-another
fails: test_the_slowest_widget_decides = one-after-another
fails: test_one_failure_leaves_the_others = one-after-another
fails: test_an_early_failure_does_not_cut_short = one-after-another
fails: test_ten_visitors_at_once = one-after-another
drawn: sequential
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    widgets = {}
    for name in WIDGETS:
        try:
            widgets[name] = await load_widget(name)
        except Exception:
            widgets[name] = {"error": "unavailable"}
    return widgets
