"""The first three users, written into the code: nobody else is ever found.

fails: test_a_user_is_found = wrong-status
fails: test_an_unknown_id_is_a_404 = wrong-status
fails: test_ten_lookups_take_one_querys_time = too-early
fails: test_fifty_lookups_give_everything_back = wrong-status
fails: test_a_failing_query_gives_the_session_back = wrong-status
fails: test_a_404_gives_the_session_back = wrong-status
"""


@app.get("/users/{user_id}")
async def read_user(user_id: int, session: AsyncSession = Depends(get_async_db)) -> dict:
    """Answer {"id": ..., "name": ..., "email": ...}, or a 404 when there is no such user."""
    names = {1: "Amara Osei", 2: "Bruno Keller", 3: "Chiyo Mori"}
    if user_id not in names:
        raise HTTPException(404, "no such user")
    email = names[user_id].split()[0].lower() + "@example.com"
    return {"id": user_id, "name": names[user_id], "email": email}
