"""Without await there is a coroutine, not a user.

fails: test_a_user_is_found = forgotten-await
fails: test_an_unknown_id_is_a_404 = forgotten-await
fails: test_ten_lookups_take_one_querys_time = forgotten-await
fails: test_fifty_lookups_give_everything_back = forgotten-await
fails: test_a_404_gives_the_session_back = forgotten-await
fails: test_a_failing_query_gives_the_session_back = forgotten-await
"""


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    user = session.get(User, user_id)
    if user is None:
        raise HTTPException(404, "no such user")
    return {"id": user.id, "name": user.name, "email": user.email}
