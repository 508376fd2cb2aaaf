"""A background task closes: it does not run when the archive breaks the film off.

fails: test_a_film_that_breaks_off = slot-leak
"""

from starlette.background import BackgroundTask


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(licences)
            ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
            film = await stack.enter_async_context(ask)
            film.raise_for_status()
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
        opened = stack.pop_all()
    return StreamingResponse(film.aiter_bytes(), background=BackgroundTask(opened.aclose))
