"""The app's stop waits for ever: that is told, and no other test meets what it has left.

fails: started_again = deadlock
says: waits for an Event that nobody sets
"""

import asyncio
from contextlib import asynccontextmanager


@asynccontextmanager
async def lifespan(app):
    yield
    await asyncio.Event().wait()  # here


app.router.lifespan_context = lifespan
