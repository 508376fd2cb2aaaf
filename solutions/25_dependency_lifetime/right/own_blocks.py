"""No dependency at all: a block of its own for each piece of work; the list's is in its generator."""


async def check_key(key: Annotated[str, Header()]) -> None:
    """A 401 when no screen has the key of the header `key`: look_up(session, key) raises it."""
    async with SessionFactory() as session:
        await look_up(session, key)


@app.get("/orders.csv")
async def export() -> StreamingResponse:
    """The text of pages(session), each page as soon as it is read."""

    async def rows() -> AsyncIterator[str]:
        async with SessionFactory() as session:
            async for page in pages(session):
                yield page

    return StreamingResponse(rows(), media_type="text/csv")


@app.post("/orders/{item}", status_code=201)
async def order(item: str, background: BackgroundTasks) -> dict:
    """What store(session, item) says; send_email(its order) is called after the response."""
    async with SessionFactory() as session:
        stored = await store(session, item)
    background.add_task(send_email, stored["order"])
    return stored


del Short, Long
