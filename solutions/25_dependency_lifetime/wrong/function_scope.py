"""The short scope everywhere: the list is read with a session that has been closed already.

fails: test_the_list_gives_its_connection_back = still-running
"""


@app.get("/orders.csv")
async def export(session: Short) -> StreamingResponse:
    """The text of pages(session), each page as soon as it is read."""
    return StreamingResponse(pages(session), media_type="text/csv")


del Long
