"""Who has no e-mail address (an empty one) is a 404.

fails: test_a_user_is_found = wrong-status
"""


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    user = await session.get(User, user_id)
    if user is None or not user.email or not user.name:
        raise HTTPException(404)
    return {"id": user.id, "name": user.name, "email": user.email}
