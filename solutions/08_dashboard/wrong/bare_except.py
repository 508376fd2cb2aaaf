"""A bare except is an except BaseException: it takes the cancellation for a failed widget.

fails: test_a_cancelled_request_ends = swallowed-cancel
"""


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    try:
        results = await asyncio.gather(
            *(load_widget(name) for name in WIDGETS), return_exceptions=True
        )
    except:
        results = [RuntimeError("no data")] * len(WIDGETS)
    return {
        name: {"error": "unavailable"} if isinstance(result, Exception) else result
        for name, result in zip(WIDGETS, results)
    }
