"""The widgets are loaded by a method now.

exercise: 08_dashboard
fails: test_the_widgets_load_together = missing-name
"""

import asyncio

from fastapi import FastAPI

app = FastAPI()

WIDGETS = ["sales", "visitors", "stock", "reviews", "returns"]


class Widgets:
    async def load(self, name: str) -> dict:
        await asyncio.sleep(0.3)
        if name == "reviews":
            raise RuntimeError("the review service does not answer")
        return {"title": name, "figure": len(name)}


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    results = await asyncio.gather(
        *(Widgets().load(name) for name in WIDGETS),
        return_exceptions=True,
    )
    widgets = {}
    for name, result in zip(WIDGETS, results):
        if isinstance(result, Exception):
            result = {"error": "unavailable"}
        widgets[name] = result
    return widgets
