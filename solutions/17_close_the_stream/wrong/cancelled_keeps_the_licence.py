"""A request that is cancelled while it waits for the archive closes nothing.

fails: test_a_request_that_is_cancelled = slot-leak
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    opened = AsyncExitStack()
    try:
        await opened.enter_async_context(licences)
        ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
        film = await opened.enter_async_context(ask)
        film.raise_for_status()
    except httpx.HTTPError:
        await opened.aclose()
        raise HTTPException(502, "The archive has no such film.")

    async def body() -> AsyncIterator[bytes]:
        async with opened:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
