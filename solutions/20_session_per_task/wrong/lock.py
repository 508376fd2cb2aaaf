"""A lock around one session: nobody shares it, and the queries stand in line.

fails: test_side_by_side = one-after-another
fails: test_the_slowest_decides = one-after-another
fails: test_nobody_shares_a_session = wrong-value
"""


@app.get("/reports/{month}")
async def report(month: int, session: AsyncSession = Depends(get_session)) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    lock = asyncio.Lock()

    async def alone(figure) -> int:
        async with lock:
            return await figure(session, month)

    found = await asyncio.gather(alone(earned), alone(returned), alone(visits))
    return dict(zip(("earned", "returned", "visits"), found))


del alone
