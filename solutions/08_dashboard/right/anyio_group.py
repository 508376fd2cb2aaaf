"""anyio's task group, whose tasks write into one dictionary."""

import asyncio

import anyio
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
    widgets: dict[str, dict] = {}

    async def fill(name: str) -> None:
        try:
            widgets[name] = await load_widget(name)
        except Exception as error:
            print(f"{name}: {error!r}")
            widgets[name] = {"error": "unavailable"}

    async with anyio.create_task_group() as group:
        for name in WIDGETS:
            group.start_soon(fill, name)
    return widgets
