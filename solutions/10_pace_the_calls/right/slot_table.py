"""Five slots in a heap, each with the moment from which it is free; a caller takes the earliest."""

import asyncio
import heapq

from fastapi import FastAPI

RATE = 5
PER = 1.0
"""At most RATE calls may begin within any PER seconds."""

app = FastAPI()


async def locate(address: str) -> dict:
    """The partner's map: takes 0.3 seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    return {"address": address, "metres": 40 * len(address)}


free = [0.0] * RATE


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    begin = max(loop.time(), free[0])
    heapq.heapreplace(free, begin + PER)
    await asyncio.sleep(begin - loop.time())
    return await locate(address)


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
