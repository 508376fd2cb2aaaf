"""The moments of the last five calls, under a lock: the sixth waits until the oldest is a second old."""

import asyncio
from collections import deque

from fastapi import FastAPI

RATE = 5
PER = 1.0
"""At most RATE calls may begin within any PER seconds."""

app = FastAPI()


async def locate(address: str) -> dict:
    """The partner's map: takes 0.3 seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    return {"address": address, "metres": 40 * len(address)}


recent: deque[float] = deque(maxlen=RATE)
gate = asyncio.Lock()


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    async with gate:
        if len(recent) == RATE:
            await asyncio.sleep(recent[0] + PER - loop.time())
        recent.append(loop.time())
    return await locate(address)


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
