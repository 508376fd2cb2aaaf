"""Each task makes a session, and nobody closes it.

fails: test_nobody_shares_a_session = still-running
"""


async def alone(figure, month: int) -> int:
    session = SessionFactory()
    return await figure(session, month)
