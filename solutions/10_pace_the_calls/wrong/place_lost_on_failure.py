"""The place comes back only after a call that went well: five failures, and nobody calls any more.

fails: test_a_call_that_is_given_up_counts = deadlock
fails: test_calls_that_fail = deadlock
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


slots = asyncio.Semaphore(RATE)


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    await slots.acquire()
    found = await locate(address)
    asyncio.get_running_loop().call_later(PER - 0.3, slots.release)
    return found


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
