"""There is room for one task: each sign-up lets go of the one before it.

fails: test_nothing_is_lost_while_it_waits = lost-task
fails: test_ten_sign_ups_at_once = lost-task
"""


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    app.state.welcome = asyncio.create_task(welcome(person.email))
    return {"signed_up": person.email}
