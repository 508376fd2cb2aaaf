"""acquire and release without try: who gives up while waiting takes the lock along.

fails: test_waiters_who_give_up = deadlock
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


recent: list[float] = []
gate = asyncio.Lock()


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    await gate.acquire()
    if len(recent) >= RATE:
        await asyncio.sleep(max(0.0, recent[-RATE] + PER - loop.time()))
    recent.append(loop.time())
    gate.release()
    return await locate(address)


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
