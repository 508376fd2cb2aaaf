"""Five at a time, with a pause before each five, also when nobody has called for minutes.

fails: test_the_first_one_begins_at_once = too-slow
fails: test_waiters_who_give_up = one-after-another
fails: test_calls_that_fail = one-after-another
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


gate = asyncio.Lock()
count = 0


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global count
    async with gate:
        if count % RATE == 0:
            await asyncio.sleep(PER)
        count += 1
    return await locate(address)


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
