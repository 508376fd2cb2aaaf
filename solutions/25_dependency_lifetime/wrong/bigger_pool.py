"""Twenty connections instead of two: each open screen still keeps one.

fails: test_nothing_is_out_while_a_screen_waits = held-over-io
fails: test_nothing_is_out_while_an_email_is_sent = held-over-io
"""

# Given; leave both as they are. Two connections are few, so that you see what it costs to keep one.
engine = create_async_engine(DATABASE_URL, pool_size=20, max_overflow=0, pool_timeout=30)


async def check_key(key: Annotated[str, Header()], session: Long) -> None:
    """A 401 when no screen has the key of the header `key`: look_up(session, key) raises it."""
    await look_up(session, key)


@app.post("/orders/{item}", status_code=201)
async def order(item: str, background: BackgroundTasks, session: Long) -> dict:
    """What store(session, item) says; send_email(its order) is called after the response."""
    stored = await store(session, item)
    background.add_task(send_email, stored["order"])
    return stored


del Short
