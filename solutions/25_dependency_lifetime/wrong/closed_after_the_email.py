"""The order's session is closed by a background task, which waits for the e-mail before it.

fails: test_nothing_is_out_while_an_email_is_sent = held-over-io
"""


@app.post("/orders/{item}", status_code=201)
async def order(item: str, background: BackgroundTasks) -> dict:
    """What store(session, item) says; send_email(its order) is called after the response."""
    session = SessionFactory()
    stored = await store(session, item)
    background.add_task(send_email, stored["order"])
    background.add_task(session.close)
    return stored
