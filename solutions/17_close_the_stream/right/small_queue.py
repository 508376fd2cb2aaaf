"""A task fetches, a piece ahead; the body's generator ends it when it ends."""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    pieces: asyncio.Queue = asyncio.Queue(maxsize=1)

    async def fetch() -> None:
        try:
            async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
                film.raise_for_status()
                await pieces.put(b"")
                async for piece in film.aiter_bytes():
                    await pieces.put(piece)
            await pieces.put(None)
        except httpx.HTTPError as error:
            await pieces.put(error)

    task = asyncio.create_task(fetch())
    try:
        first = await pieces.get()
        if isinstance(first, httpx.HTTPError):
            raise HTTPException(502, "The archive has no such film.")
    except BaseException:
        task.cancel()
        await asyncio.wait([task])
        raise

    async def body() -> AsyncIterator[bytes]:
        try:
            while (piece := await pieces.get()) is not None:
                if isinstance(piece, httpx.HTTPError):
                    raise piece
                yield piece
        finally:
            task.cancel()

    return StreamingResponse(body())
