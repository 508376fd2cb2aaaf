"""asyncio.wait raises nothing: it returns when all are done, and each task is asked for itself."""

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
    tasks = {asyncio.create_task(load_widget(name), name=name) for name in WIDGETS}
    done, _ = await asyncio.wait(tasks)
    return {
        task.get_name(): {"error": "unavailable"} if task.exception() else task.result()
        for task in done
    }
