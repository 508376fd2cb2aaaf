"""One session for the whole app, made once.

fails: test_side_by_side = shared-session
fails: test_the_slowest_decides = shared-session
fails: test_nobody_shares_a_session = shared-session
"""

session = SessionFactory()


async def alone(figure, month: int) -> int:
    return await figure(session, month)
