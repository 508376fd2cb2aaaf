"""The endpoint opens a session of its own beside the dependency's, and never closes it.

fails: test_fifty_lookups_give_everything_back = still-running
fails: test_a_404_gives_the_session_back = still-running
fails: test_a_failing_query_gives_the_session_back = still-running
"""


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    user = await SessionFactory().get(User, user_id)
    if user is None:
        raise HTTPException(404, "no such user")
    return {"id": user.id, "name": user.name, "email": user.email}
