"""A user who is not there is answered with null and a 200.

fails: test_an_unknown_id_is_a_404 = wrong-status
fails: test_a_404_gives_the_session_back = wrong-status
"""


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict | None:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    user = await session.get(User, user_id)
    return user and {"id": user.id, "name": user.name, "email": user.email}
