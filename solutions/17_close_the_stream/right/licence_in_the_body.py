"""The body's generator takes the licence; the endpoint only opens, and closes what has no body."""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    request = app.state.client.build_request("GET", f"{ARCHIVE}/{name}")
    try:
        film = await app.state.client.send(request, stream=True)
    except httpx.TransportError:
        raise HTTPException(502, "The archive cannot be reached.")
    if film.is_error:
        await film.aclose()
        raise HTTPException(502, "The archive has no such film.")

    async def body() -> AsyncIterator[bytes]:
        try:
            async with licences:
                async for piece in film.aiter_raw():
                    yield piece
        finally:
            await film.aclose()

    return StreamingResponse(body())
