"""The figures are taken in the order in which their queries end.

fails: test_the_slowest_decides = wrong-value
"""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    figures = (earned, returned, visits)
    ends = asyncio.as_completed([alone(figure, month) for figure in figures])
    found = [await end for end in ends]
    return dict(zip(("earned", "returned", "visits"), found))
