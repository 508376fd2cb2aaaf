"""BaseException also covers the cancellation, so a cancelled request goes on.

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


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    tasks = {name: asyncio.create_task(load_widget(name)) for name in WIDGETS}
    widgets = {}
    for name, task in tasks.items():
        try:
            widgets[name] = await task
        except BaseException:
            widgets[name] = {"error": "unavailable"}
    return widgets
