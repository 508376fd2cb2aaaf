"""CancelledError stands in the list of what may go wrong.

exercise: 08_dashboard
fails: test_a_cancelled_request_ends = swallowed-cancel
"""

import asyncio

from fastapi import FastAPI

app = FastAPI()

WIDGETS = ["sales", "visitors", "stock", "reviews", "returns"]


async def load_widget(name: str) -> dict:
    """One widget's data: takes 0.3 seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    if name == "reviews":
        raise RuntimeError("the review service does not answer")
    return {"title": name, "figure": len(name)}


async def load(name: str) -> dict:
    try:
        return await load_widget(name)
    except Exception:
        return {"error": "unavailable"}


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    try:
        widgets = await asyncio.gather(*(load(name) for name in WIDGETS))
    except (TimeoutError, asyncio.CancelledError):
        widgets = [{"error": "unavailable"}] * len(WIDGETS)
    return dict(zip(WIDGETS, widgets))
