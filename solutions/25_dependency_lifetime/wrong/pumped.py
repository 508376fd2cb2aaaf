"""A task reads the list into a queue, and goes on when its reader has left.

fails: test_the_reader_of_a_list_leaves = still-running
"""


@app.get("/orders.csv")
async def export() -> StreamingResponse:
    """The text of pages(session), each page as soon as it is read."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def read() -> None:
        async with SessionFactory() as session:
            async for page in pages(session):
                queue.put_nowait(page)
        queue.put_nowait(None)

    async def rows() -> AsyncIterator[str]:
        reading = asyncio.create_task(read())
        while (page := await queue.get()) is not None:
            yield page
        await reading

    return StreamingResponse(rows(), media_type="text/csv")


del Long
