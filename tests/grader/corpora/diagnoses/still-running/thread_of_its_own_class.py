"""A class of threads with a `run` of its own, one for each request, never joined.

exercise: 08_dashboard
fails: test_an_early_failure_does_not_cut_short = still-running
"""

import asyncio
import logging
import threading
import time

from fastapi import FastAPI

app = FastAPI()
log = logging.getLogger(__name__)

WIDGETS = ["sales", "visitors", "stock", "reviews", "returns"]


async def load_widget(name: str) -> dict:
    """One widget's data: takes 0.3 seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    if name == "reviews":
        raise RuntimeError("the review service does not answer")
    return {"title": name, "figure": len(name)}


class Refresher(threading.Thread):
    def run(self) -> None:
        while True:
            time.sleep(60)
            log.info("a minute has passed")


@app.get("/dashboard")
async def dashboard() -> dict:
    """All widgets by name; one that fails is {"error": "unavailable"}."""
    Refresher(daemon=True).start()
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
