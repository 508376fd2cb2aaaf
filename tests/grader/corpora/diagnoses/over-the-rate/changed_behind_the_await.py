"""Everybody reads the moment before the first one has changed it: an `await` lies between.

exercise: 10_pace_the_calls
fails: test_never_more_than_five_in_a_second = over-the-rate
"""

import asyncio

from fastapi import FastAPI

RATE = 5
PER = 1.0
"""At most RATE calls may begin within any PER seconds."""

app = FastAPI()


async def locate(address: str) -> dict:
    """The partner's map: takes 0.3 seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    return {"address": address, "metres": 40 * len(address)}


free_at = 0.0
"""The moment from which the next call may begin, in the loop's seconds."""


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global free_at
    loop = asyncio.get_running_loop()
    begin = max(loop.time(), free_at)
    await asyncio.sleep(begin - loop.time())
    free_at = begin + PER / RATE
    return await locate(address)


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
