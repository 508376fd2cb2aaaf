"""The licence goes back as the endpoint ends, and again as the body ends: soon there are more.

fails: test_a_licence_is_held_while_the_film_runs = too-early
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    await licences.acquire()
    request = app.state.client.build_request("GET", f"{ARCHIVE}/{name}")
    try:
        film = await app.state.client.send(request, stream=True)
        if film.is_error:
            await film.aclose()
            raise HTTPException(502, "The archive has no such film.")
    except httpx.TransportError:
        raise HTTPException(502, "The archive cannot be reached.")
    finally:
        licences.release()

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in film.aiter_bytes():
                yield piece
        finally:
            licences.release()
            await film.aclose()

    return StreamingResponse(body())
