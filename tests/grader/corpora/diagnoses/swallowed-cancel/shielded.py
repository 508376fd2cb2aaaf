"""Goes on loading after it was cancelled, to keep what it has begun.

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
    loading = asyncio.gather(*(load(name) for name in WIDGETS))
    try:
        widgets = await asyncio.shield(loading)
    except asyncio.CancelledError:
        widgets = await loading
    return dict(zip(WIDGETS, widgets))
