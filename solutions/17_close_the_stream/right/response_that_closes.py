"""A response of its own kind closes at the end of its own sending, whether a body began or not."""

from fastapi.responses import Response


class Film(StreamingResponse):
    def __init__(self, film: httpx.Response, opened: AsyncExitStack) -> None:
        super().__init__(film.aiter_bytes())
        self.opened = opened

    async def __call__(self, scope, receive, send) -> None:
        async with self.opened:
            await super().__call__(scope, receive, send)


@app.get("/films/{name}")
async def watch(name: str) -> Response:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    opened = AsyncExitStack()
    try:
        await opened.enter_async_context(licences)
        ask = app.state.client.stream("GET", f"{ARCHIVE}/{name}")
        film = await opened.enter_async_context(ask)
        film.raise_for_status()
    except BaseException as error:
        await opened.aclose()
        if isinstance(error, httpx.HTTPError):
            raise HTTPException(502, "The archive has no such film.")
        raise
    return Film(film, opened)
