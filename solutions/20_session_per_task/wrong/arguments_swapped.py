"""The two arguments of a call have changed places.

fails: test_a_report = server-error
"""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    names = {"earned": earned, "returned": returned, "visits": visits}
    found = await asyncio.gather(*(alone(month, figure) for figure in names.values()))
    return dict(zip(names, found, strict=True))
