"""Each request makes a pool of its own.

fails: test_four_at_a_time = too-many-in-flight
"""

from concurrent.futures import ThreadPoolExecutor

del reports


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    with ThreadPoolExecutor(SLOTS) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, make_report, number)
