"""The response of a film that is not there is never closed: its connection is gone for good.

fails: test_a_502_gives_everything_back = still-running
fails: test_nothing_is_left = still-running
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(licences)
            request = app.state.client.build_request("GET", f"{ARCHIVE}/{name}")
            film = await app.state.client.send(request, stream=True)
            film.raise_for_status()
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
        stack.push_async_callback(film.aclose)
        opened = stack.pop_all()

    async def body() -> AsyncIterator[bytes]:
        async with opened:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
