"""One query, then the next.

fails: test_side_by_side = one-after-another
fails: test_the_slowest_decides = one-after-another
fails: test_nobody_shares_a_session = wrong-value
drawn: sequential
"""


@app.get("/reports/{month}")
async def report(month: int, session: AsyncSession = Depends(get_session)) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    return {
        "earned": await earned(session, month),
        "returned": await returned(session, month),
        "visits": await visits(session, month),
    }


del alone
