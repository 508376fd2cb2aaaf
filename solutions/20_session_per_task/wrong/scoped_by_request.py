"""The scope is the request's task, so that all three tasks are given the same session.

fails: test_side_by_side = shared-session
fails: test_the_slowest_decides = shared-session
fails: test_nobody_shares_a_session = shared-session
"""

from contextvars import ContextVar

from sqlalchemy.ext.asyncio import async_scoped_session

request: ContextVar = ContextVar("request")
Current = async_scoped_session(SessionFactory, scopefunc=request.get)


async def alone(figure, month: int) -> int:
    return await figure(Current(), month)


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    request.set(asyncio.current_task())
    try:
        found = await asyncio.gather(
            alone(earned, month), alone(returned, month), alone(visits, month)
        )
    finally:
        await Current.remove()
    return dict(zip(("earned", "returned", "visits"), found))
