"""The 502 waits for the whole of the archive's error page.

fails: test_a_missing_film_is_a_502 = too-slow
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(licences)
            ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
            film = await stack.enter_async_context(ask)
            if film.is_error:
                await film.aread()
            film.raise_for_status()
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
        opened = stack.pop_all()

    async def body() -> AsyncIterator[bytes]:
        async with opened:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
