"""A pool of four threads, made with the module; Python itself ends them."""

from concurrent.futures import ThreadPoolExecutor

del reports

engine = ThreadPoolExecutor(max_workers=SLOTS)


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return await asyncio.wrap_future(engine.submit(make_report, number))
