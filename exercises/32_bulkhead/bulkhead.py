"""A server for reports and prices, whose pages share its threads."""

import asyncio
import time

from fastapi import FastAPI

SLOTS = 4
"""So many reports may be in the making at once: the report engine has no memory for more."""

app = FastAPI()


def make_report(number: int) -> dict:
    """The report engine: blocks for 1 s, and may raise. Given; leave it as it is."""
    time.sleep(1)
    return {"report": number}


def ask_database() -> str:
    """The database's driver: blocks for 0.1 s. Given; leave it as it is."""
    time.sleep(0.1)
    return "ok"


def load_price(item: int) -> dict:
    """The supplier's SDK: blocks for 0.2 s. Given; leave it as it is."""
    time.sleep(0.2)
    return {"item": item, "price": 120}


@app.get("/health")
def health() -> dict:
    """A plain `def`: FastAPI runs it on one of its threads. Given; leave it as it is."""
    return {"database": ask_database()}


@app.get("/prices/{item}")
async def price(item: int) -> dict:
    """Runs on one of asyncio's threads. Given; leave it as it is."""
    return await asyncio.to_thread(load_price, item)


@app.get("/reports/{number}")
def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    raise NotImplementedError("bulkhead: make the reports behind a wall of their own")
