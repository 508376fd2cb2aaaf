"""gather over one session: its one connection runs the queries one after the other.

fails: test_side_by_side = shared-session
fails: test_the_slowest_decides = shared-session
fails: test_nobody_shares_a_session = shared-session
"""


@app.get("/reports/{month}")
async def report(month: int, session: AsyncSession = Depends(get_session)) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    found = await asyncio.gather(
        earned(session, month), returned(session, month), visits(session, month)
    )
    return dict(zip(("earned", "returned", "visits"), found))


del alone
