"""The 502 closes the archive's response, and keeps the licence.

fails: test_a_missing_film_is_a_502 = slot-leak
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    await licences.acquire()
    request = app.state.client.build_request("GET", f"{ARCHIVE}/{name}")
    try:
        film = await app.state.client.send(request, stream=True)
    except BaseException as error:
        licences.release()
        if isinstance(error, httpx.TransportError):
            raise HTTPException(502, "The archive cannot be reached.")
        raise
    if film.is_error:
        await film.aclose()
        raise HTTPException(502, "The archive has no such film.")

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in film.aiter_bytes():
                yield piece
        finally:
            licences.release()
            await film.aclose()

    return StreamingResponse(body())
