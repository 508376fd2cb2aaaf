"""A caller who gives up gives the place back at once, though the partner has counted the call.

fails: test_a_call_that_is_given_up_counts = over-the-rate
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


places = asyncio.Semaphore(RATE)


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    await places.acquire()
    timer = loop.call_later(PER, places.release)
    try:
        return await locate(address)
    except asyncio.CancelledError:
        timer.cancel()
        places.release()
        raise


@app.get("/map/{address}")
async def show(address: str) -> dict:
    """Where an address is. Given; leave it as it is."""
    return await paced(address)
