"""One generator holds both; its first value is the film's response, the rest is the body."""


async def opened(name: str) -> AsyncIterator:
    async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
        film.raise_for_status()
        yield film
        async for piece in film.aiter_bytes():
            yield piece


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    steps = opened(name)
    try:
        await anext(steps)
    except httpx.HTTPError:
        raise HTTPException(502, "The archive has no such film.")
    return StreamingResponse(steps)
