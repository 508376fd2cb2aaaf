# exercise: dashboard
# status: failed
# points: 7
# says: expected 0.3 s, got 0.5 s
# says: time.sleep(0.2) at line {here} blocked the event loop for 0.2 s: nothing else could run.
# Each failure is mailed to the team by a log handler that waits for the mail server on the loop.

import logging
import time
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


class MailHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.2)  # here


log = logging.getLogger("dashboard")
log.addHandler(MailHandler())


async def guarded(name: str) -> dict:
    try:
        return await load_widget(name)
    except Exception as error:
        log.error("%s: %s", name, error)
        return {"error": "unavailable"}


@app.get("/dashboard")
async def dashboard() -> dict:
    results = await asyncio.gather(*(guarded(name) for name in WIDGETS))
    return dict(zip(WIDGETS, results))
