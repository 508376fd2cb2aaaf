"""The whole list is read before its first byte leaves.

fails: test_the_list = wrong-value
"""


@app.get("/orders.csv")
async def export(session: Short) -> StreamingResponse:
    """The text of pages(session), each page as soon as it is read."""
    found = [page async for page in pages(session)]
    return StreamingResponse(iter(found), media_type="text/csv")


del Long
