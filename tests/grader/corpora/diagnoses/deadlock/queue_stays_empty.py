"""Takes six widgets out of a queue that gets five.

exercise: 08_dashboard
fails: test_the_widgets_load_together = deadlock
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


async def load_into(queue: asyncio.Queue, name: str) -> None:
    try:
        widget = await load_widget(name)
    except Exception:
        widget = {"error": "unavailable"}
    await queue.put((name, widget))


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    queue: asyncio.Queue = asyncio.Queue()
    tasks = [asyncio.create_task(load_into(queue, name)) for name in WIDGETS]
    widgets = {}
    for _ in range(len(tasks) + 1):
        name, widget = await queue.get()
        widgets[name] = widget
    return widgets
