"""time.sleep waits with the whole server: nobody else is served meanwhile.

fails: test_others_are_served_meanwhile = blocked-loop
"""

import asyncio
import time

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


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global free_at
    begin = max(time.monotonic(), free_at)
    free_at = begin + PER / RATE
    time.sleep(begin - time.monotonic())
    return await locate(address)


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
