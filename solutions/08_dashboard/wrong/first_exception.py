"""asyncio.wait returns at the first failure, and the widgets that need longer are given up.

fails: test_an_early_failure_does_not_cut_short = fire-and-forget
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
    tasks = {asyncio.create_task(load_widget(name)): name for name in WIDGETS}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    widgets = {tasks[task]: {"error": "unavailable"} for task in pending}
    for task in done:
        widgets[tasks[task]] = {"error": "unavailable"} if task.exception() else task.result()
    return widgets
