"""Whom the database did not know once, nobody asks it for again, also when they have joined.

fails: test_an_unknown_id_is_a_404 = wrong-status
"""

strangers: set[int] = set()


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    if user_id in strangers:
        raise HTTPException(404, "no such user")
    user = await session.get(User, user_id)
    if user is None:
        strangers.add(user_id)
        raise HTTPException(404, "no such user")
    return {"id": user.id, "name": user.name, "email": user.email}
