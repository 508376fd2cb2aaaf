"""Three sessions, but all of them are bound to one connection.

fails: test_side_by_side = shared-session
fails: test_the_slowest_decides = shared-session
fails: test_nobody_shares_a_session = shared-session
"""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""

    async def own(figure) -> int:
        async with AsyncSession(connection) as session:
            return await figure(session, month)

    async with engine.connect() as connection:
        found = await asyncio.gather(own(earned), own(returned), own(visits))
    return dict(zip(("earned", "returned", "visits"), found))


del alone
