"""Only a 404 is a failure; the page of any other error is handed on as a film.

fails: test_a_missing_film_is_a_502 = wrong-status
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(licences)
            ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
            film = await stack.enter_async_context(ask)
            if film.status_code == 404:
                raise HTTPException(502, "The archive has no such film.")
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
        opened = stack.pop_all()

    async def body() -> AsyncIterator[bytes]:
        async with opened:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
