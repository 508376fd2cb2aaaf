"""Whoever waits for a licence for 10 s is turned away: a film is longer than that.

fails: test_a_licence_is_held_while_the_film_runs = server-error
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(10.0):
                await licences.acquire()
            stack.callback(licences.release)
            film = await stack.enter_async_context(
                app.state.client.stream("GET", f"{ARCHIVE}/{name}")
            )
            film.raise_for_status()
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
        opened = stack.pop_all()

    async def body() -> AsyncIterator[bytes]:
        async with opened:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
