"""An unusual one: a session with its transaction, and a missing row told by an exception."""

from sqlalchemy.exc import NoResultFound


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """Yield a session for one request; give it back when the request is over."""
    async with SessionFactory.begin() as session:
        yield session


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    try:
        user = await session.get_one(User, user_id)
    except NoResultFound as error:
        raise HTTPException(404, "no such user") from error
    return {"email": user.email, "name": user.name, "id": user.id}
