"""Who waits two seconds for a place is turned away, though the twentieth has to wait for four.

fails: test_never_more_than_five_in_a_second = server-error
says: raised HTTPException(503), for it met TimeoutError at line
says: asyncio.timeout(2), was over.
"""

from fastapi import HTTPException

places = asyncio.Semaphore(RATE)
del free_at


async def paced(address: str) -> dict:
    try:
        async with asyncio.timeout(2):  # here
            await places.acquire()
    except TimeoutError:
        raise HTTPException(503, "no place") from None
    asyncio.get_running_loop().call_later(PER, places.release)
    return await locate(address)
