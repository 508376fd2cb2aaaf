"""What fails is a figure of 0: nobody hears of it.

fails: test_one_query_fails = lost-exception
"""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    figures = (earned, returned, visits)
    found = await asyncio.gather(*(alone(f, month) for f in figures), return_exceptions=True)
    known = [0 if isinstance(one, BaseException) else one for one in found]
    return dict(zip(("earned", "returned", "visits"), known))
