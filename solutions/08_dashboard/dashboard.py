"""With return_exceptions, gather waits for all five and hands back an exception as one more result.

So no failure can hide or stop the others; what is left to do is to say what each result means.
Exception is wide enough: a cancelled request raises CancelledError, which is none.
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
    results = await asyncio.gather(
        *(load_widget(name) for name in WIDGETS),
        return_exceptions=True,
    )
    widgets = {}
    for name, result in zip(WIDGETS, results):
        if isinstance(result, Exception):
            result = {"error": "unavailable"}
        widgets[name] = result
    return widgets
