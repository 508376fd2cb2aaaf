"""An unusual one: a registry that keeps one session for each task, removed at the end."""

import asyncio

from sqlalchemy.ext.asyncio import async_scoped_session

sessions = async_scoped_session(SessionFactory, scopefunc=asyncio.current_task)


async def get_async_db():
    """Yield a session for one request; give it back when the request is over."""
    try:
        yield sessions
    finally:
        await sessions.remove()
