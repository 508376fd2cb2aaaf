"""All is closed after the last piece: who leaves, and a film that breaks off, keep the licence.

fails: test_a_licence_is_held_while_the_film_runs = too-slow
fails: test_a_viewer_who_leaves = slot-leak
fails: test_a_film_that_breaks_off = slot-leak
"""


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

    async def body() -> AsyncIterator[bytes]:
        async for piece in film.aiter_bytes():
            yield piece
        await opened.aclose()

    return StreamingResponse(body())
