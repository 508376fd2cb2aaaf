"""Nobody asked for a limit: on a busy evening a query of three seconds is a user who is not there.

fails: stretched = server-error
"""

import asyncio


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    async with asyncio.timeout(2.0):
        user = await session.get(User, user_id)
    if user is None:
        raise HTTPException(404, "no such user")
    return {"id": user.id, "name": user.name, "email": user.email}
