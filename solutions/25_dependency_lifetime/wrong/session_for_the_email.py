"""The background task has the session, and keeps it until the e-mail has been sent.

fails: test_nothing_is_out_while_an_email_is_sent = held-over-io
"""


async def thank(session: AsyncSession, order_id: int) -> None:
    async with session:
        found = await session.get(Order, order_id)
        await send_email(found.id)


@app.post("/orders/{item}", status_code=201)
async def order(item: str, background: BackgroundTasks) -> dict:
    """What store(session, item) says; send_email(its order) is called after the response."""
    session = SessionFactory()
    stored = await store(session, item)
    background.add_task(thank, session, stored["order"])
    return stored
