"""An unusual one: a sub-dependency makes the session, and a stack closes it."""

from contextlib import AsyncExitStack


async def new_session() -> AsyncSession:
    return AsyncSession(bind=engine, expire_on_commit=False)


async def get_async_db(session: AsyncSession = Depends(new_session)):
    """Yield a session for one request; give it back when the request is over."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(session.close)
        yield session


async def find_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> User:
    user = await session.get(User, ident=user_id)
    if user is None:
        raise HTTPException(404, "no such user")
    return user


@app.get("/users/{user_id}")
async def read_user(user: User = Depends(find_user)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    return {column: getattr(user, column) for column in ("id", "name", "email")}
