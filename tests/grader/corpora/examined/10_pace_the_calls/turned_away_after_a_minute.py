"""Who waits a minute for a place is turned away, and a call that is cut off keeps its place.

fails: test_a_call_that_is_given_up_counts = slot-leak
says: raised HTTPException(503), for it met TimeoutError at line
says: asyncio.timeout(60), was over. Nothing had run for 30.0 s and more
"""

from fastapi import HTTPException

places = asyncio.Semaphore(RATE)
del free_at


async def paced(address: str) -> dict:
    try:
        async with asyncio.timeout(60):
            await places.acquire()  # here
    except TimeoutError:
        raise HTTPException(503, "no place within a minute") from None
    found = await locate(address)
    asyncio.get_running_loop().call_later(PER - 0.3, places.release)
    return found
