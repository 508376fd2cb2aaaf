"""A place of five is held during the call, and for a second after it.

fails: test_nobody_waits_longer_than_needed = too-few-in-flight
says: 20 calls of locate (line
says: ran, 5 at a time, and each later one began only when sleep(1) (line
"""

places = asyncio.Semaphore(RATE)
del free_at


async def paced(address: str) -> dict:
    async with places:
        found = await locate(address)
        await asyncio.sleep(PER)  # here
        return found
