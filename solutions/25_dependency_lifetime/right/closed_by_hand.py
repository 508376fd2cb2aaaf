"""The default scope, and a session that is closed by hand as soon as its work is done."""


async def check_key(key: Annotated[str, Header()], session: Long) -> None:
    """A 401 when no screen has the key of the header `key`: look_up(session, key) raises it."""
    await look_up(session, key)
    await session.close()


@app.post("/orders/{item}", status_code=201)
async def order(item: str, background: BackgroundTasks, session: Long) -> dict:
    """What store(session, item) says; send_email(its order) is called after the response."""
    stored = await store(session, item)
    await session.close()
    background.add_task(send_email, stored["order"])
    return stored


del Short
