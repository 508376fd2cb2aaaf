"""The status leaves before the archive is asked: an error page is a film, a failure too late.

fails: test_a_missing_film_is_a_502 = wrong-status
fails: test_an_archive_out_of_reach_is_a_502 = server-error
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""

    async def body() -> AsyncIterator[bytes]:
        async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
            async for piece in film.aiter_bytes():
                yield piece

    return StreamingResponse(body())
