"""Three sessions around a gather: when one query fails, they are closed, and the others are in use.

fails: test_one_query_fails = shared-session
"""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    async with SessionFactory() as first, SessionFactory() as second, SessionFactory() as third:
        found = await asyncio.gather(
            earned(first, month), returned(second, month), visits(third, month)
        )
    return dict(zip(("earned", "returned", "visits"), found))


del alone
