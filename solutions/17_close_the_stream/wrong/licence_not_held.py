"""The licence goes back as the endpoint returns, before the film begins.

fails: test_a_licence_is_held_while_the_film_runs = too-early
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with AsyncExitStack() as stack:
        try:
            ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
            async with licences:
                film = await stack.enter_async_context(ask)
            film.raise_for_status()
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
        opened = stack.pop_all()

    async def body() -> AsyncIterator[bytes]:
        async with opened:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
