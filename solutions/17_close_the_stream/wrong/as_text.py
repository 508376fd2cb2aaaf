"""The pieces are decoded as text: a film is bytes, and those that are no UTF-8 are lost.

fails: test_the_first_bytes_come_at_once = wrong-value
fails: test_a_slow_viewer_is_waited_for = wrong-value
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(licences)
            film = await stack.enter_async_context(
                app.state.client.stream("GET", f"{ARCHIVE}/{name}")
            )
            film.raise_for_status()
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
        opened = stack.pop_all()

    async def body() -> AsyncIterator[str]:
        async with opened:
            async for piece in film.aiter_text():
                yield piece

    return StreamingResponse(body())
