"""Two providers of sessions, and a key that is checked by a dependency with a scope of its own."""


async def briefly() -> AsyncIterator[AsyncSession]:
    async with SessionFactory.begin() as session:
        yield session


Short = Annotated[AsyncSession, Depends(briefly, scope="function")]


async def known_key(key: Annotated[str, Header()], session: Short) -> AsyncIterator[str]:
    await look_up(session, key)
    yield key


async def check_key(key: Annotated[str, Depends(known_key, scope="function")]) -> None:
    """A 401 when no screen has the key of the header `key`: look_up(session, key) raises it."""


@app.post("/orders/{item}", status_code=201)
async def order(
    item: str,
    background: BackgroundTasks,
    session: Annotated[AsyncSession, Depends(get_session, scope="function")],
) -> dict:
    """What store(session, item) says; send_email(its order) is called after the response."""
    stored = await store(session, item)
    background.add_task(send_email, stored["order"])
    return stored
