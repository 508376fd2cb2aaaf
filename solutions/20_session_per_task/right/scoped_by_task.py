"""One name for all sessions, which gives each task its own; each task removes it."""

from sqlalchemy.ext.asyncio import async_scoped_session

Current = async_scoped_session(SessionFactory, scopefunc=asyncio.current_task)


async def alone(figure, month: int) -> int:
    try:
        return await figure(Current(), month)
    finally:
        await Current.remove()
