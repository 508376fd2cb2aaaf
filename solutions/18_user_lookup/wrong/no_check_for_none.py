"""None has no name: an unknown id becomes an AttributeError and a 500.

fails: test_an_unknown_id_is_a_404 = server-error
fails: test_a_404_gives_the_session_back = server-error
"""


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    user = await session.get(User, user_id)
    return {"id": user.id, "name": user.name, "email": user.email}
