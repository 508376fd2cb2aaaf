"""The block ends as the endpoint returns, before the list is read; the session opens anew.

fails: test_the_list_gives_its_connection_back = still-running
"""


@app.get("/orders.csv")
async def export() -> StreamingResponse:
    """The text of pages(session), each page as soon as it is read."""
    async with SessionFactory() as session:
        return StreamingResponse(pages(session), media_type="text/csv")


del Long
