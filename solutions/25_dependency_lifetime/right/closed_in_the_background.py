"""The list's session is closed by a task of its response, which runs also when the reader leaves."""

from starlette.background import BackgroundTask


@app.get("/orders.csv")
async def export() -> StreamingResponse:
    """The text of pages(session), each page as soon as it is read."""
    session = SessionFactory()
    closing = BackgroundTask(session.close)
    return StreamingResponse(pages(session), media_type="text/csv", background=closing)


del Long
